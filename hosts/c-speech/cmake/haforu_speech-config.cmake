# find_package(haforu_speech): the targets haforu::haforu_speech_shared and haforu::haforu_speech_static.
include(CMakeFindDependencyMacro)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_dependency(Threads)
include("${CMAKE_CURRENT_LIST_DIR}/haforu-speech-targets.cmake")
