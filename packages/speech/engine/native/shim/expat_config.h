// What expat's configure would have found for wasm32-wasi. No source of entropy: hashes are salted with a constant (ssml.c), and a document
// is bounded instead.
#define BYTEORDER 1234
#define HAVE_MEMMOVE 1
#define XML_POOR_ENTROPY 1
