// Package progcache keeps programs that XLA compiled for the CPU on disk, so that another process that builds the
// same program loads it instead of compiling it again. XLA compiles a training step of a model in seconds and loads
// one in a few tenths of a second. A loaded program gives the same numbers, bit for bit: it is the same machine code.
//
// [Attach] puts the cache between go-xla and a plugin. A plugin is a table of functions; go-xla gets a copy of the
// table whose compiler looks on disk first, and stores the result of the plugin's own compiler. Everything that goes
// wrong with the cache ends in an ordinary compilation: no folder, a full disk, a damaged file, a plugin that refuses
// the file, a program that the plugin cannot serialise.
//
// A program is kept under a hash of everything that its machine code depends on: its StableHLO text and the options
// of the compilation, the plugin's file and version, the devices, the kind and number of the machine's processors,
// and XLA_FLAGS. The kind of processor belongs to the hash because XLA loads code for instructions that the machine
// lacks, with no more than a line in its log. The plugin belongs to it because one plugin loads what another wrote,
// and then computes what the other would.
//
// The files lie in the folder hgn/programs of the user's cache, which only the user may enter, since they are run as
// they are; a folder that others may write in is not used. They take 500 MB at most; the least recently used are
// removed first. Programs that compile in less than a tenth of a second are not kept. HGN_NO_PROGRAM_CACHE, set to
// anything, turns the cache off, and so does an XLA_FLAGS that asks for dumps of compiled programs or that names a
// file.
//
// The cache exists on Linux with cgo; elsewhere Attach returns an error and nothing else changes.
package progcache
