//go:build cgo && !noxla && linux

package device

// #include <limits.h>
// #include <stdlib.h> // which defines __GLIBC__
// #ifdef __GLIBC__
// #include <malloc.h>
// static void keep_freed_memory(void) {
//     mallopt(M_MMAP_MAX, 0);
//     mallopt(M_TRIM_THRESHOLD, INT_MAX);
//     mallopt(M_TOP_PAD, 16 << 20);
// }
// #else
// static void keep_freed_memory(void) {}
// #endif
import "C"

// keepFreedMemory makes the C library keep large blocks of memory that are freed, up to 2 GiB, for the next that are asked
// for, instead of giving them back to the system. XLA on the CPU asks at every call of a program for all the memory that the
// program works in, and pages that come from the system are filled with zeros one by one, at their first touch: at some
// hundred megabytes a call that is a fifth of the time of a step. It holds for the whole process and cannot be undone; C
// libraries other than GNU's stay as they are.
func keepFreedMemory() { C.keep_freed_memory() }
