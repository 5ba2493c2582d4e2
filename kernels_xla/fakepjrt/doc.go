// Package fakepjrt lets tests lower programs through the real XLA backend on machines that have no XLA.
//
// GoMLX reaches XLA through a plugin, a shared library. The stand-in is such a library, some 400 lines of C that the
// test builds with the compiler that cgo needs, in half a second. It takes any StableHLO program, keeps its text, and
// returns zeros of the right types. So a test that runs a model on it goes through all of GoMLX's XLA backend: every
// operator is translated, every shape inferred, every buffer handed over. It proves that programs lower. It says
// nothing about numbers, nor about whether XLA would compile the program quickly.
//
// [Open] opens it for a test, apart from all other backends of the process: nothing is left in the environment.
// [Backend.Programs] returns the compiled programs, and [Backend.CheckOperators] names the operators in them that
// another backend does not have, so that an operator that only XLA has is noticed. An operator that only another
// backend has needs no such check: it does not lower, and the error names it.
package fakepjrt
