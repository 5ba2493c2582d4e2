package dataset

import "hgn.local/pkg/badinput"

const (
	leastContrast = 32 // levels of 255 between the darkest and the brightest value of frames that show something
	leastChange   = 12 // levels by which some value changes in frames that show a motion
)

// CheckMotion is an error where there is nothing to learn a motion from: frames of nearly one colour, as pictures are whose
// values were from 0 to 1 or had 12 bits of 16; frames that do not change; or a whole video of one colour among others. Name is
// that of the file or folder in messages.
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

// change is the largest difference of a value from that at the same place in the first frame of its trajectory. It is not
// looked for beyond leastChange.
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

// checkBlank names a whole video that is of one colour. Such clips of a video that shows something elsewhere are taken.
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
