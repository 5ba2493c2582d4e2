package dataset

import (
	"context"
	"image"
	"math"
	"slices"
)

// Clip says which frames of a longer video a trajectory shows: T of them from Start on.
type Clip struct {
	Video int // number of the video
	Start int // number of the frame that is the trajectory's first
}

// Split returns the last trajectories, the share testFraction of all, as the test set, and the trajectories before as
// the training set. Both share the set's memory. Any fraction between 0 and 1 leaves at least one trajectory on
// either side, given two that share no frame.
//
// No frame is in both. If the trajectories are clips of longer videos (see Clips), the test set is whole videos, as
// many as come nearest to the fraction, if that is between half and twice the requested number, or at most a third of
// all. Otherwise it is the last clips, and the clips before that share frames with them are in neither part: if all
// clips overlap, no training set is left.
func (s *Dataset) Split(testFraction float64) (train, test *Dataset) {
	n := 0
	if testFraction > 0 {
		n = min(s.N, int(math.Round(min(1, testFraction)*float64(s.N))))
		if testFraction < 1 && s.N >= 2 {
			n = min(max(n, 1), s.N-1)
		}
	}
	if s.Clips == nil || n == 0 || n == s.N {
		return s.Subset(0, s.N-n), s.Subset(s.N-n, s.N)
	}
	first := s.N - n
	if k := s.boundary(n); k > 0 {
		first = k
	}
	end := first
	for end > 0 && s.Clips[end-1].Video == s.Clips[first].Video && s.Clips[end-1].Start+s.T > s.Clips[first].Start {
		end--
	}
	return s.Subset(0, end), s.Subset(first, s.N)
}

// boundary returns the index of the first clip of a video with about n clips from there on, or 0 if there is none.
func (s *Dataset) boundary(n int) (first int) {
	distance := math.MaxInt
	for k := 1; k < s.N; k++ {
		m := s.N - k
		if s.Clips[k].Video == s.Clips[k-1].Video || 2*m < n || m > max(2*n, s.N/3) {
			continue
		}
		if d := max(m-n, n-m); d < distance {
			first, distance = k, d
		}
	}
	return first
}

// recut cuts the set's trajectories into clips and resamples its frames, as the options say. Clean states stay with
// their frames. Frames that are changed differ from those that the system's renderer draws, so the system becomes
// unknown with them.
func (s *Dataset) recut(ctx context.Context, path string, o ImportOptions) (*Dataset, error) {
	every := max(1, o.Every)
	if every == 1 && o.CropTo == (Region{}) && !o.SubtractBackground && (o.Size == 0 || o.Size == s.Size) && (o.Length == 0 || o.Length == s.T && (o.Stride == 0 || o.Stride == s.T)) {
		return s, nil
	}
	all := make([]film, s.N)
	for i := range all {
		all[i] = film{name: path, reels: []reel{{
			name: path, width: s.Size, height: s.Size, channels: 3, frames: s.T,
			read: func(_ context.Context, see func(t, n int, frame image.Image)) error {
				for t := range s.T {
					see(t, 1, picture(s.Frame(i, t), s.Size))
				}
				return nil
			},
		}}}
	}
	cut, err := assemble(ctx, all, o)
	if err != nil {
		return nil, err
	}
	clips := cut.Clips
	if clips == nil { // one clip from each trajectory: the whole or its beginning
		clips = make([]Clip, s.N)
		for i := range clips {
			clips[i] = Clip{Video: i}
		}
	}
	cut.Dt, cut.D, cut.Noise = s.Dt*float64(every), s.D, s.Noise
	if cut.Size == s.Size && o.CropTo == (Region{}) && !o.SubtractBackground {
		cut.System, cut.Constants = s.System, s.Constants
	}
	take := func(data []float64, width int) (out []float64) {
		for _, c := range clips {
			if data != nil {
				for t := c.Start; t < c.Start+cut.T; t++ {
					o := (c.Video*s.T + t*every) * width
					out = append(out, data[o:o+width]...)
				}
			}
		}
		return out
	}
	cut.Q, cut.P, cut.Energy = take(s.Q, s.D), take(s.P, s.D), take(s.Energy, 1)
	if s.Clips != nil { // clips of clips
		cut.Clips = slices.Clone(clips)
		for i, c := range clips {
			from := s.Clips[c.Video]
			cut.Clips[i] = Clip{from.Video, from.Start/every + c.Start}
		}
	}
	return cut, nil
}

// picture returns a frame as an image.
func picture(frame []uint8, size int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	for k := range size * size {
		copy(img.Pix[4*k:], frame[3*k:3*k+3])
		img.Pix[4*k+3] = 255
	}
	return img
}
