// Package dataset holds videos of physical systems: it simulates and renders them, and keeps them in .npz files.
//
// A [Set] is N trajectories of T frames, Size x Size pixels each, three bytes a pixel, and, where they are known, the
// clean states (q, p) behind the frames and their energies. A [Recipe] says how to make one: the system, how many
// trajectories, how long, the time dt between frames, the noise, the seed. The same recipe gives the same bytes on any
// number of cores, and trajectory i depends on the seed and on i alone.
//
// Noise is added to each phase-space coordinate of each frame just before rendering (Toth et al. 2020, Section 4),
// so only the frames see it: Q, P and Energy stay clean.
//
// # File format
//
// An .npz file, as numpy.savez_compressed writes it, with the arrays
//
//	frames   uint8   [N, T, Size, Size, 3]   row-major from the top, RGB
//	dt       float64 []                      time between two frames
//	q, p     float64 [N, T, d]               clean states; may be absent
//	energy   float64 [N, T]                  may be absent
//	system   uint8   [length]                ASCII name of the system; may be absent
//	noise    float64 []                      standard deviation of the noise that the frames show; may be absent
//	recipe   uint8   [length]                JSON of the Recipe, so that the set can be made again; may be absent
//
// Other arrays are ignored, so a video of your own needs only frames and dt.
//
// Reading order: set.go, recipe.go (simulation), file.go (saving and loading, through package npz), yardstick.go
// (the errors that a model's error is to be compared with).
package dataset
