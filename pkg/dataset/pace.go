package dataset

import (
	"fmt"
	"math"
	"slices"

	"hgn.local/pkg/badinput"
)

const (
	evenGap    = 0.1 // share of the interval by which the times of frames may be uneven without a remark
	longestGap = 5.5 // number of intervals between two frames beyond which a film is not one
	mostUneven = 0.1 // share of frames that may be missing, in excess, or off by more than a quarter of the interval
)

// paced says how the frames of a film become frames at equal distances.
type paced struct {
	interval float64 // in seconds; 0: unknown
	counts   []int   // for how many of the equally spaced frames each frame stands; 0 for one in excess
	remark   string  // what was done, in words that follow the film's name; "" if the frames are equally spaced
}

// pace finds the interval between the frames of a film from the times of all, in seconds, which the file rounds to multiples
// of tick. Equally spaced frames stay as they are. Otherwise it takes, at each multiple of the usual interval, the frame that
// is nearest in time; it refuses films that have long gaps, or no usual interval. rate is what the file announces.
func pace(times []float64, tick, rate float64) (paced, error) {
	n := len(times)
	all := paced{counts: slices.Repeat([]int{1}, n)}
	if n < 2 {
		return all, nil
	}
	gaps := make([]float64, n-1)
	for i := range gaps {
		if gaps[i] = times[i+1] - times[i]; gaps[i] < 0 {
			return paced{}, badinput.Errorf("goes back in time after %.2f s: save it anew by ffmpeg", times[i]-times[0])
		}
	}
	shortest, longest := slices.Min(gaps), slices.Max(gaps)
	if longest == 0 {
		return all, nil // no times
	}
	usual := usualGap(gaps)
	if usual == 0 {
		return paced{}, badinput.Errorf("has most of its frames at equal times: record it anew, or save its frames as .png files taken at equal times")
	}
	length := times[n-1] - times[0]
	const rounding = 1e-6 // of ffprobe's figures
	if even := evenGap*usual + min(tick, usual/2) + rounding; longest-usual <= even && usual-shortest <= even {
		all.interval = length / float64(n-1)
		if exact := 1 / rate; math.Abs(exact*float64(n-1)-length) <= tick+2*rounding {
			all.interval = exact
		}
		return all, nil
	}
	for i, gap := range gaps {
		if gap > longestGap*usual {
			return paced{}, badinput.Errorf("shows nothing for %.2f s, from %.2f s on, while its frames are %.4g s apart: cut it there", gap, times[i]-times[0], usual)
		}
	}
	all.interval = usual
	clear(all.counts)
	slots, off := int(math.Round(length/usual))+1, 0
	for k, i := 0, 0; k < slots; k++ {
		at := times[0] + float64(k)*usual
		for i+1 < n && math.Abs(times[i+1]-at) <= math.Abs(times[i]-at) {
			i++
		}
		all.counts[i]++
		if all.counts[i] == 1 && math.Abs(times[i]-at) > usual/4 {
			off++
		}
	}
	missing, excess, first := 0, 0, 0.0
	for i, count := range all.counts {
		if count > 1 && missing == 0 {
			first = times[i] - times[0]
		}
		missing += max(0, count-1)
		if count == 0 {
			excess++
		}
	}
	if float64(missing+excess+off) > mostUneven*float64(slots) {
		return paced{}, badinput.Errorf("has frames at unequal times, %.4g to %.4g s apart and mostly %.4g, too unequal to take them as equally spaced: record it at a constant rate, or cut out the part that is", shortest, longest, usual)
	}
	all.remark = fmt.Sprintf("has frames at unequal times, %.4g to %.4g s apart: they are taken every %.4g s", shortest, longest, usual)
	if missing > 0 {
		all.remark += fmt.Sprintf("; %d missing ones, the first after %.2f s, are replaced by their neighbours", missing, first)
	}
	if excess > 0 {
		all.remark += fmt.Sprintf("; %d in excess are left out", excess)
	}
	return all, nil
}

// usualGap returns the mean of the gaps near the median, which a few missing frames or frames in excess do not change.
func usualGap(gaps []float64) float64 {
	median := slices.Sorted(slices.Values(gaps))[len(gaps)/2]
	total, n := 0.0, 0
	for _, gap := range gaps {
		if gap >= median/2 && gap <= 1.75*median {
			total, n = total+gap, n+1
		}
	}
	return total / float64(max(1, n))
}
