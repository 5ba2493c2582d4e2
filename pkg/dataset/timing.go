package dataset

import (
	"math"
	"slices"
)

// mostMultiple is the largest number of frames for which one frame may stand: more is a pause, or a false delay that
// would exhaust memory.
const mostMultiple = 1000

// timing finds the common delay of the frames of an animation, and for how many frames each of them stands. Delays are
// in units of which a second has so many: 100 in a GIF. The common delay, in the same units, is 0 if the file gives
// none; counts is nil if the delays are not multiples of one delay, up to the rounding to a unit.
//
// The delay after the last frame is often a pause before the repetition. It counts as several frames only if frames
// before it do as often, or if it is twice the common one.
func timing(delays []int, second int) (common float64, counts []int) {
	counts = make([]int, len(delays))
	for i := range counts {
		counts[i] = 1
	}
	if len(delays) < 2 {
		return 0, counts
	}
	inner, last := delays[:len(delays)-1], delays[len(delays)-1]
	if shortest := slices.Min(inner); shortest == 0 {
		if slices.Max(inner) == 0 {
			return 0, counts
		}
		return 0, nil
	}
	common = multiples(inner, counts, second)
	if common == 0 || slices.Max(counts) > mostMultiple {
		return 0, nil
	}
	most := max(2, slices.Max(counts[:len(inner)]))
	if n := int(math.Round(float64(last) / common)); n >= 1 && n <= most && math.Abs(float64(last)-float64(n)*common) <= 1 {
		counts[len(inner)] = n
	}
	return common, counts
}

// multiples returns the time of which all delays are multiples up to rounding, or 0 if there is none, and writes the
// multiples to counts.
func multiples(delays, counts []int, second int) float64 {
	if common := roundedAlone(delays, counts); common > 0 {
		return common
	}
	return roundedInSum(delays, counts, second)
}

// roundedAlone assumes that each delay is a multiple of the common delay, rounded by itself: the possible common
// delays form an interval, which longer delays narrow.
func roundedAlone(delays, counts []int) float64 {
	shortest := slices.Min(delays)
	low, high := float64(shortest)-0.5, float64(shortest)+0.5
	multiple := map[int]int{}
	for _, d := range slices.Compact(slices.Sorted(slices.Values(delays))) {
		k := math.Round(2 * float64(d) / (low + high))
		low, high = math.Max(low, (float64(d)-0.5)/k), math.Min(high, (float64(d)+0.5)/k)
		if low >= high {
			return 0
		}
		multiple[d] = int(k)
	}
	for i, d := range delays {
		counts[i] = multiple[d]
	}
	if common := float64(shortest); low < common && common < high {
		return common
	}
	return (low + high) / 2
}

// roundedInSum assumes that the delays are rounded so that they sum up to the times of the frames, such as
// 3, 3, 4, 3, ... for 30 frames a second.
func roundedInSum(delays, counts []int, second int) float64 {
	shortest := slices.Min(delays)
	sum, n, total := 0, 0, 0
	for _, d := range delays {
		total += d
		if d <= shortest+1 {
			sum, n = sum+d, n+1
		}
	}
	single, frames := float64(sum)/float64(n), 0
	for i, d := range delays {
		counts[i] = int(math.Round(float64(d) / single))
		frames += counts[i]
	}
	common := float64(total) / float64(frames)
	time, frame := 0, 0
	for i, d := range delays {
		time, frame = time+d, frame+counts[i]
		if math.Abs(float64(time)-float64(frame)*common) > 1 {
			return 0
		}
	}
	// The total is rounded too: a whole number of frames a second explains it.
	if rate := math.Round(float64(second) / common); rate > 0 && math.Abs(float64(frames)*(float64(second)/rate-common)) <= 1 {
		return float64(second) / rate
	}
	return common
}
