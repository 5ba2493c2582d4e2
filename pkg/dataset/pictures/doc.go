// Package pictures reads what picture files say about themselves, beside what Go's decoders tell of them: whether a PNG or a
// GIF is an animation, which way up a photograph is (the Exif tag Orientation), and the blocks of a GIF that is not quite as
// the specification has it.
//
// A file is material from outside: reading it allocates no more than its contents can hold.
package pictures
