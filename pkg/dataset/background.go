package dataset

import "math"

const (
	// backgroundNoise is the number of standard deviations of the noise, and backgroundLevels the number of levels, by which a
	// pixel must differ from the background to belong to what moves; at twice that, it is shown whole.
	backgroundNoise  = 4
	backgroundLevels = 6
	// blockOf is the number of values of a frame whose histograms are counted at once, so that they stay in the cache.
	blockOf = 96
)

// SubtractBackground paints everything that does not move in one colour, the mean over the backgrounds of all videos. What
// moves keeps its own colours, with soft edges.
//
// The background of a video is, for each pixel and channel, the median over its clips' frames. So the camera must stand
// still, and what moves must leave each place for more than half of the time: a rod near its pivot counts as background. A
// pixel is background where it differs from the median by less than some levels and some standard deviations of the noise,
// which is known from the median difference of all pixels.
func (s *Dataset) SubtractBackground() {
	bytes := s.frameBytes()
	uniform, medians := [3]float64{}, [][]uint8(nil)
	videos := s.videos()
	for _, v := range videos {
		median := s.medianFrame(v.first, v.end)
		medians = append(medians, median)
		for k, x := range median {
			uniform[k%3] += float64(x) / float64(bytes/3*len(videos))
		}
	}
	for i, v := range videos {
		s.keepMoving(v.first, v.end, medians[i], uniform)
	}
	s.System, s.Constants, s.Recipe = "", "", nil
}

// span is the trajectories first..end-1.
type span struct{ first, end int }

// videos returns the trajectories of each video.
func (s *Dataset) videos() (all []span) {
	for i := range s.N {
		if i > 0 && s.Clips != nil && s.Clips[i].Video == s.Clips[i-1].Video {
			all[len(all)-1].end = i + 1
		} else {
			all = append(all, span{i, i + 1})
		}
	}
	return all
}

// medianFrame returns the median of each value over the frames of trajectories first..end-1.
func (s *Dataset) medianFrame(first, end int) []uint8 {
	n := s.frameBytes()
	frames := s.Frames[first*s.T*n : end*s.T*n]
	count := len(frames) / n
	median := make([]uint8, n)
	var histograms [blockOf][256]int32
	for start := 0; start < n; start += blockOf {
		block := min(blockOf, n-start)
		clear(histograms[:])
		for t := range count {
			for k, v := range frames[t*n+start : t*n+start+block] {
				histograms[k][v]++
			}
		}
		for k := range block {
			median[start+k] = middle(histograms[k][:], count)
		}
	}
	return median
}

// middle returns the median of count values from their histogram.
func middle(histogram []int32, count int) uint8 {
	seen := 0
	for v, n := range histogram {
		if seen += int(n); 2*seen >= count {
			return uint8(v)
		}
	}
	return 0
}

// keepMoving paints the pixels of trajectories first..end-1 that are near the background in a uniform colour.
func (s *Dataset) keepMoving(first, end int, background []uint8, uniform [3]float64) {
	n := s.frameBytes()
	frames := s.Frames[first*s.T*n : end*s.T*n]
	var differences [256]int32
	for k, v := range frames {
		differences[distance(v, background[k%n])]++
	}
	const perDeviation = 0.6745 // the median difference of a normal distribution, in standard deviations
	noise := float64(middle(differences[:], len(frames))) / perDeviation
	least := backgroundLevels + backgroundNoise*noise
	for o := 0; o < len(frames); o += 3 {
		k := o % n
		most := max(distance(frames[o], background[k]), distance(frames[o+1], background[k+1]), distance(frames[o+2], background[k+2]))
		share := min(1, max(0, (float64(most)-least)/least))
		for c := range 3 {
			frames[o+c] = uint8(math.Round(uniform[c] + share*(float64(frames[o+c])-uniform[c])))
		}
	}
}

func distance(a, b uint8) uint8 { return max(a, b) - min(a, b) }
