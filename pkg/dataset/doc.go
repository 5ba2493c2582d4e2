// Package dataset holds videos: it simulates and renders videos of physical systems, imports your own, and keeps both
// in .npz files.
//
// A [Dataset] is N trajectories of T frames, Size x Size pixels each, three bytes a pixel, and, if they are known,
// the clean states (q, p) behind the frames and their energies. A [Recipe] says how to make one: the system and its
// constants, how many trajectories, how long, the time dt between frames, the noise, the seed. The same recipe gives
// the same bytes on any number of cores, and trajectory i depends only on the seed and on i.
//
// Noise is added to each phase-space coordinate of each frame just before rendering (Toth et al. 2020, Section 4), so
// only the frames show it: Q, P and Energy stay clean.
//
// # In memory, or on demand
//
// Recipe.Generate keeps all frames in memory, up to [MaxInMemory]; Recipe.Bytes returns their size. A [Stream] makes
// the same videos one by one on demand, in any number. Statistics of a large set, such as its MeanFrame, are
// estimated from its beginning: the same recipe with some 500 trajectories.
//
// # Videos of your own
//
// [Import] reads .npz files, films such as .mp4 through ffmpeg, GIFs, animated PNGs and folders of PNG files. Frames are
// square, at least 2 a video; pictures of other sizes are resampled by a mean over areas, grey becomes colour, and transparent pixels become white. Long videos are
// cut into clips, which become the trajectories; Clips says from which frames each comes. Imported sets have no
// states, no system and no recipe.
//
// # Training and test sets
//
// Dataset.Split holds out the last trajectories: simulated ones are independent of each other. Clips of one video are
// not, and may even share frames. So Split holds out whole videos if that comes near the requested fraction, and
// otherwise the end of the last video, and drops the clips that share frames with it: no frame is in both sets.
//
// # File format
//
// An .npz file, as numpy.savez_compressed writes it, with the arrays
//
//	frames     uint8   [N, T, Size, Size, 3]   row-major from the top, RGB
//	dt         float64 []                      time between two frames
//	q, p       float64 [N, T, d]               clean states; may be absent
//	energy     float64 [N, T]                  may be absent
//	clips      float64 [N, 2]                  of each trajectory, which video and which of its frames it begins with,
//	                                           in order; absent where each trajectory is a video of its own
//	system     uint8   [length]                ASCII name of the system; may be absent
//	constants  uint8   [length]                JSON of the system's constants that are not the defaults; may be absent
//	noise      float64 []                      standard deviation of the noise that the frames show; may be absent
//	recipe     uint8   [length]                JSON of the Recipe, so that the set can be made again; may be absent
//
// Other arrays are ignored, so a video of your own needs only frames and dt.
package dataset
