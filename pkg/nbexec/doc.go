// Package nbexec runs Go notebooks through GoNB, without Python and without Jupyter.
//
// GoNB compiles every cell into a fresh program inside a temporary module of its own. Four things make that work here:
//
//   - [Tools]: gonb and goimports, built from the versions that go.mod pins, kept in a cache folder.
//   - [Environment]: the variables and flags with which a cell is compiled. GoNB is started with -go_work=ROOT, which
//     makes the cell's module a neighbour of this one: imports of this module resolve to the checkout, and every
//     dependency has the version and the checksum of the checkout's go.mod and go.sum. GOPROXY=off turns the `go get`
//     that GoNB runs before every cell into a look-up in the module cache, which [Environment.Fetch] has filled. A
//     notebook that needs another module asks for it in a cell before the import: `%env GOPROXY=direct` (or the proxy
//     that `go env GOPROXY` names).
//   - [Spec]: the same environment as a Jupyter kernelspec named [SpecName], beside any GoNB kernel of the user's own.
//   - [Execute]: a Jupyter client. It starts the kernel, runs the cells one after the other, collects their outputs as
//     nbformat 4 does, and leaves no process behind.
//
// A notebook that must also run on a stock GoNB kernel has [ModuleLine] in its first code cell.
package nbexec
