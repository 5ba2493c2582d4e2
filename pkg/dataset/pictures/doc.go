// Package pictures reads facts about picture files that Go's decoders do not report: whether a PNG or a GIF is an
// animation, the frames of an animated PNG, which way up a photograph is (the Exif tag Orientation), and the blocks of a GIF
// that deviates slightly from the specification.
//
// A file comes from outside: reading it allocates no more than its contents can hold.
package pictures
