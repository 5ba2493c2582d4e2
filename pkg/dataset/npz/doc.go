// Package npz reads and writes NumPy's .npz files: a zip archive with one .npy file for each array.
//
// A .npy file is a header, padded so that the data begin at a multiple of 64 bytes, and the elements, row-major and
// little-endian (NumPy Enhancement Proposal 1, format version 1.0). Arrays of uint8 and float64 of any number of
// dimensions are supported; a scalar has the shape []. Every other type, and column-major order, is refused with a
// sentence that says how to convert it; but Floats takes float32 and column-major order too, and converts them itself,
// Integers reads whole numbers of every size, and Texts reads texts: labels and the names of columns are such arrays.
//
// A file comes from outside: whatever it claims, reading returns an error marked as bad input (package badinput), and
// allocates no more than its contents can hold. Writing replaces a file only when the new one is complete.
//
// The package does not use codeberg.org/sbinet/npyio (v0.14), because it panics at headers that are cut short, allocates
// what a header claims, and cannot write a slice as an array of more than one dimension.
//
// header.go has the .npy header, write.go and read.go the archive, floats.go what arrays of floats need, texts.go those
// of whole numbers and of texts.
package npz
