// Package progcache keeps the programs that XLA compiled for the CPU on disk, so that another process that builds the same
// program loads it instead of compiling it again. XLA takes seconds for a training step of a model, and loads one in a few
// tenths of a second. A loaded program gives the same numbers, bit for bit: it is the same machine code.
//
// [Attach] puts the cache between go-xla and a plugin. A plugin is a table of functions; go-xla is given a copy of the table
// whose compiler looks on disk first, and keeps what the plugin's own compiler makes. Everything that goes
// wrong with the cache ends in an ordinary compilation: no folder, a full disk, a file that is damaged, a plugin that
// refuses it, a program that the plugin cannot write down.
//
// A program is kept under a hash of all that its machine code depends on: its StableHLO text and the options of the
// compilation, the plugin's file and version, the devices, the kind and number of the machine's processors, and XLA_FLAGS.
// The kind of processor has to be in it, because XLA loads code for instructions that the machine lacks, with no more than
// a line in its log; and the plugin, because one plugin loads what another wrote, and then computes what the other would.
//
// The files are in the folder hgn/programs of the user's cache, which only the user may enter, for they are run as they are;
// a folder that others may write in is not used.
// They take 500 MB at most; those that were not used for longest are removed first. Programs that compile in less than a
// tenth of a second are not kept. HGN_NO_PROGRAM_CACHE, set to anything, turns the cache off, and so does an XLA_FLAGS that
// asks for dumps of what is compiled or that names a file.
//
// The cache is there on Linux with cgo; elsewhere Attach returns an error and nothing else changes.
package progcache
