package dataset

import "hgn.local/pkg/badinput"

const (
	leastContrast = 32 // least difference, in levels of 255, between the darkest and the brightest value of frames that show something
	leastChange   = 12 // least number of levels by which some value changes in frames that show a motion
)

// CheckMotion fails if no motion can be learned from the frames: if they have nearly one colour, as happens when
// values were from 0 to 1 or had 12 bits of 16; if they do not change; or if one whole video has a single colour.
// Messages use name for the file or folder.
func (s *Dataset) CheckMotion(name string) error {
	low, high := s.Frames[0], s.Frames[0]
	for _, v := range s.Frames {
		if low, high = min(low, v), max(high, v); high-low >= leastContrast {
			break
		}
	}
	switch {
	case high == low:
		return badinput.Errorf("%s: all frames are of one colour, and show no motion to learn", name)
	case high-low < leastContrast:
		return badinput.Errorf("%s: the frames have almost no contrast, all values are from %d to %d of 255: scale the values x that they were made of, with white w, by (255*(x/w)).round().astype(numpy.uint8)", name, low, high)
	}
	if change := s.change(); change < leastChange {
		return badinput.Errorf("%s: the frames do not change, by more than %d of 255 levels at any place, and show no motion to learn", name, change)
	}
	return s.checkBlank(name)
}

// change returns the largest difference between a value and the value at the same place in the first frame of its
// trajectory. It stops searching at leastChange.
func (s *Dataset) change() int {
	most := 0
	for i := range s.N {
		first := s.Frame(i, 0)
		for t := 1; t < s.T; t++ {
			for k, v := range s.Frame(i, t) {
				if most = max(most, int(v)-int(first[k]), int(first[k])-int(v)); most >= leastChange {
					return most
				}
			}
		}
	}
	return most
}

// checkBlank fails if a whole video has a single colour, and names it. It accepts such clips of a video that shows
// something elsewhere.
func (s *Dataset) checkBlank(name string) error {
	blank := func(i int) bool {
		first := s.Frame(i, 0)
		for t := range s.T {
			frame := s.Frame(i, t)
			for k, v := range frame {
				if v != first[k%3] {
					return false
				}
			}
		}
		return true
	}
	for i := 0; i < s.N; {
		video, next := i, i+1
		if s.Clips != nil {
			video = s.Clips[i].Video
			for next < s.N && s.Clips[next].Video == video {
				next++
			}
		}
		for i < next && blank(i) {
			i++
		}
		if i == next {
			return badinput.Errorf("%s: all frames of video %d, counted from 0, are of one colour: leave it out", name, video)
		}
		i = next
	}
	return nil
}
