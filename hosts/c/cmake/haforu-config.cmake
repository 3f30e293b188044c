# find_package(haforu): the targets haforu::haforu_shared and haforu::haforu_static.
include(CMakeFindDependencyMacro)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_dependency(Threads)
include("${CMAKE_CURRENT_LIST_DIR}/haforu-targets.cmake")
