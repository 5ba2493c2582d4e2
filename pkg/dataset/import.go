package dataset

import (
	"context"
	"fmt"
	"image"
	"math"

	"hgn.local/pkg/badinput"
)

// ImportOptions says how videos of your own become a data set. The zero value imports them unchanged.
type ImportOptions struct {
	// Dt is the time between two frames of the file. 0 means as the file says: an .npz by its array dt, a GIF, an animated PNG
	// or a film file by its times, in seconds; other PNG files do not say.
	Dt float64 `json:"dt,omitempty"`
	// Every takes only each so-many-th frame, beginning with the first. 0 and 1 take all. The set's Dt is that much longer.
	Every int `json:"every,omitempty"`
	// CropTo keeps a part of each picture; the zero value keeps the whole. Crop and Size apply to that part.
	CropTo Region `json:"crop_to,omitzero"`
	// SubtractBackground paints everything that does not move in one colour, see Dataset.SubtractBackground.
	SubtractBackground bool `json:"subtract_background,omitempty"`
	// Size is the number of pixels along a frame's edge. 0 keeps the pictures' own; other sizes are resampled.
	Size int `json:"size,omitempty"`
	// Crop takes the largest centred square of pictures that are not square; without it they are refused.
	Crop bool `json:"crop,omitempty"`
	// Length is the number of frames of a trajectory. 0 means whole videos, which must then be of equal length.
	Length int `json:"length,omitempty"`
	// Stride is the number of frames between the beginnings of trajectories of a video; each has Length frames. 0
	// means Length, so that they do not overlap. The frames left over at the end of a video are not used.
	Stride int `json:"stride,omitempty"`
}

// Import reads videos of your own:
//
//   - an .npz file (see Load), for which Dt may replace its array dt;
//   - a .gif or an animated .png file, or a folder of either, each one video;
//   - a film file (.mp4, .mov, .mkv, .webm or .avi), or a folder of films, each one video, through the programs ffmpeg and
//     ffprobe, which must be installed, see package ffmpeg;
//   - a folder of .png files, which are the frames of one video, or of folders of .png files, each one video.
//
// Import reads files in the natural order of their names (frame2 before frame10), and ignores hidden files and files of
// other kinds. Grey pictures become colour pictures with three equal channels, and transparent pixels become white. If
// one video is cut into several trajectories, or an .npz says so, the set's Clips tell which frames they are, and Split
// keeps training and test frames apart.
//
// The frames of a film file are taken at equal distances in time: as they are, if none of the times between two of them differs
// by more than a tenth from the others; otherwise the nearest frame at each multiple of the usual time, and the set's Remarks
// name how many are missing. A film is refused if too many are, or if it stands still for several frames.
//
// If the files do not fit together, Import returns an error, marked as bad input, that names the file and the remedy.
func Import(ctx context.Context, path string, o ImportOptions) (*Dataset, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if hasExtension(path, ".npz") {
		set, err := load(path, o.Dt)
		if err != nil {
			return nil, err
		}
		return set.recut(ctx, path, o)
	}
	all, err := films(ctx, path)
	if err != nil {
		return nil, err
	}
	dt, err := o.dt(all)
	if err != nil {
		return nil, err
	}
	set, err := assemble(ctx, all, o)
	if err != nil {
		return nil, err
	}
	set.Dt = dt * float64(max(1, o.Every))
	for _, f := range all {
		set.Films = append(set.Films, f.name)
	}
	set.origin = origin(all, o)
	return set, nil
}

// origin tells sets of film files apart by the contents of the files and the options; it is "" for others.
func origin(all []film, o ImportOptions) string {
	text := ""
	for _, r := range reels(all) {
		text += r.digest
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%x %+v", text, o)
}

func (o ImportOptions) check() error {
	switch {
	case !(o.Dt >= 0) || math.IsInf(o.Dt, 0):
		return badinput.Errorf("dt, the time between two frames, must be a positive number, not %g", o.Dt)
	case o.Every < 0:
		return badinput.Errorf("Every says to take each so-many-th frame, and must be positive, not %d", o.Every)
	case o.Size != 0 && (o.Size < minSize || o.Size > maxSize):
		return badinput.Errorf("frames must be %d to %d pixels wide, not %d", minSize, maxSize, o.Size)
	case o.Length != 0 && o.Length < 2:
		return badinput.Errorf("a video needs at least 2 frames, so Length cannot be %d", o.Length)
	case o.Stride < 0:
		return badinput.Errorf("Stride, the number of frames from the start of a clip to that of the next, must be positive, not %d", o.Stride)
	case o.Stride != 0 && o.Length == 0:
		return badinput.Errorf("Stride %d says where clips begin; set Length, the number of their frames, too", o.Stride)
	}
	return o.CropTo.check()
}

// assemble decodes films into a set of clips, on all cores. The caller sets Dt.
func assemble(ctx context.Context, all []film, o ImportOptions) (*Dataset, error) {
	all, err := o.framed(all)
	if err != nil {
		return nil, err
	}
	size, err := o.size(all)
	if err != nil {
		return nil, err
	}
	length, err := o.length(all)
	if err != nil {
		return nil, err
	}
	stride := o.Stride
	if stride == 0 {
		stride = length
	}

	type job struct {
		reel               reel
		start              int // number of the reel's first frame in the film
		firstClip, endClip int // the film's clips in the set
	}
	count := 0
	for _, f := range all {
		count += (f.frames()-length)/stride + 1
	}
	n, ok := product(count, length, size, size, 3)
	if !ok || n > MaxInMemory {
		return nil, badinput.Errorf("%d clips of %d frames at %dx%d pixels are more than %d GiB: set a smaller Size, or a larger Stride",
			count, length, size, size, MaxInMemory>>30)
	}
	var jobs []job
	clips := make([]Clip, 0, count)
	for v, f := range all {
		first := len(clips)
		for start := 0; start+length <= f.frames(); start += stride {
			clips = append(clips, Clip{v, start})
		}
		start := 0
		for _, r := range f.reels {
			jobs = append(jobs, job{reel: r, start: start, firstClip: first, endClip: len(clips)})
			start += r.frames
		}
	}
	set := &Dataset{N: len(clips), T: length, Size: size, Frames: make([]uint8, n)}
	if len(clips) > len(all) {
		set.Clips = clips
	}

	err = each(ctx, len(jobs), nil, func(i int) error {
		j := jobs[i]
		frame, f := make([]uint8, size*size*3), &fitter{}
		return j.reel.read(ctx, func(t, n int, picture image.Image) {
			drawn := false
			for t += j.start; n > 0; t, n = t+1, n-1 {
				// Clips of the film that hold frame t begin at t at the latest, and after t-length.
				for c := j.firstClip + max(0, (t-length)/stride); c < j.endClip && clips[c].Start <= t; c++ {
					if t >= clips[c].Start+length {
						continue
					}
					if !drawn {
						f.fit(picture, size, frame)
						drawn = true
					}
					copy(set.Frame(c, t-clips[c].Start), frame)
				}
			}
		})
	})
	if err != nil {
		return nil, err
	}
	for _, r := range reels(all) {
		if r.remarks != nil {
			set.Remarks = append(set.Remarks, r.remarks()...)
		}
	}
	if o.SubtractBackground {
		set.SubtractBackground()
	}
	return set, nil
}

// size returns the number of pixels along a frame's edge, and refuses pictures that differ.
func (o ImportOptions) size(all []film) (int, error) {
	sizeOf := func(r reel) string { return fmt.Sprintf("%dx%d", r.width, r.height) }
	if odd, is, others := odd(reels(all), sizeOf); odd != nil && o.Size == 0 {
		return 0, badinput.Errorf("%s is %s, the others are %s: resize it, or set Size", odd.name, is, others)
	}
	channels := func(r reel) string {
		return map[int]string{1: "1 channel (grey)", 3: "3 channels (colour)", 4: "4 channels (colour and transparency)"}[r.channels]
	}
	if odd, is, others := odd(reels(all), channels); odd != nil {
		return 0, badinput.Errorf("%s has %s, the others have %s: save all of them in one form", odd.name, is, others)
	}
	for _, r := range reels(all) {
		if r.width != r.height && !o.Crop {
			edge := min(r.width, r.height)
			return 0, badinput.Errorf("%s is %s, but frames must be square: set Crop to keep the %dx%d pixels in the centre, or crop the pictures yourself",
				r.name, sizeOf(r), edge, edge)
		}
	}
	if o.Size != 0 {
		return o.Size, nil
	}
	first := all[0].reels[0]
	edge := min(first.width, first.height)
	if edge < minSize || edge > maxSize {
		return 0, badinput.Errorf("%s is %s, but frames must be %d to %d pixels wide: set Size (32 or 64 are usual)", first.name, sizeOf(first), minSize, maxSize)
	}
	return edge, nil
}

// length returns the number of frames of a clip, and refuses videos that differ or are too short.
func (o ImportOptions) length(all []film) (int, error) {
	frames := func(f film) int { return f.frames() }
	if o.Length == 0 {
		if odd, is, others := odd(all, frames); odd != nil {
			return 0, badinput.Errorf("%s has %d frames, the others have %d: set Length, the number of frames to cut from each (at most %d)",
				odd.name, is, others, min(is, others))
		}
		if n := all[0].frames(); n < 2 {
			return 0, badinput.Errorf("%s has %d frame, but a video needs at least 2", all[0].name, n)
		}
		return all[0].frames(), nil
	}
	for _, f := range all {
		if n := f.frames(); n < o.Length {
			return 0, badinput.Errorf("%s has %d frames, fewer than the Length %d: set a smaller Length, or remove that video", f.name, n, o.Length)
		}
	}
	return o.Length, nil
}

func reels(all []film) []reel {
	var out []reel
	for _, f := range all {
		out = append(out, f.reels...)
	}
	return out
}

// odd returns the first item whose key is not the most frequent one, and both keys; item is nil if all have the same.
func odd[E any, K comparable](items []E, key func(E) K) (item *E, is, others K) {
	count := map[K]int{}
	for _, e := range items {
		count[key(e)]++
	}
	most := 0
	for _, e := range items {
		if k := key(e); count[k] > most {
			most, others = count[k], k
		}
	}
	for i := range items {
		if is = key(items[i]); is != others {
			return &items[i], is, others
		}
	}
	return nil, is, others
}
