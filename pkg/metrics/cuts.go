package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Cut is a place in a video at which the picture jumps: Frame does not continue the frame before it.
type Cut struct {
	Video int
	Frame int     // the first frame after the jump, counted from 0
	Jump  float64 // by how much the picture jumps there, in units of its usual unsteadiness, see Cuts
}

const (
	cutChance = 1e-3 // the chance of a false cut among all places, if the unsteadiness is normal
	cutReach  = 1.5  // how many times further than from frame to frame around it the picture jumps at a cut
)

// cutWindows lists the numbers of frames on each side of a place from which the motion is continued to it.
var cutWindows = [...]int{2, 3, 4}

// Cuts finds the places at which videos jump. codes holds a few smooth functions of the picture, see PictureCode:
// [video][frame][function].
//
// Straight lines through the frames before a place and through those after it are continued to the place. Where a
// motion goes on, they meet up to noise and to changes of acceleration; the usual unsteadiness is the median of their
// distances over the places of the video, or of all videos if that is greater. At a cut the distance is greater than
// normal unsteadiness would make it anywhere among so many places but with a chance of 1e-3, greater than 1.5 times
// the steps from frame to frame around it, since a body that really is that fast is fast there as well, and the
// greatest within the lines' reach. The lines have the number of frames, two to four, with which the distances are
// least. A jump that hides in the noise, or in the motion, is not found, and neither is one with fewer than two
// frames on a side.
func Cuts(codes [][][]float64) []Cut {
	gaps, all, window := [][]float64{}, []float64{}, 0
	for _, w := range cutWindows {
		some, together := make([][]float64, len(codes)), []float64{}
		for i, video := range codes {
			some[i] = gapsOf(video, w)
			together = append(together, some[i]...)
		}
		if window == 0 || median(together) < median(all) {
			gaps, all, window = some, together, w
		}
	}
	if len(all) == 0 {
		return nil
	}
	usual := median(all)
	quarter := distuv.UnitNormal.Quantile(0.75) // the median of a normal distance from 0 is this many standard deviations
	most := distuv.UnitNormal.Quantile(1-cutChance/2/float64(len(all))) / quarter
	var out []Cut
	for i, video := range codes {
		scale := max(median(gaps[i]), usual)
		for k, gap := range gaps[i] {
			near := gaps[i][max(0, k-window):min(len(gaps[i]), k+window+1)]
			t := k + 1 // the place is between frame t and the next
			if gap > most*scale && gap == slices.Max(near) && gap > cutReach*fastest(video, t) {
				out = append(out, Cut{Video: i, Frame: t + 1, Jump: gap / scale})
			}
		}
	}
	return out
}

// fastest returns the greatest step from frame to frame, up to two frames away from that from frame t to the next.
func fastest(video [][]float64, t int) (most float64) {
	for _, k := range []int{t - 2, t - 1, t + 1, t + 2} {
		if k >= 0 && k+1 < len(video) {
			most = max(most, floats.Distance(video[k+1], video[k], 2))
		}
	}
	return most
}

// gapsOf returns, for each place with at least two frames on either side, the distance of the codes to which straight
// lines through up to w frames before it, and through as many after it, continue there. The first place is between
// the frames 1 and 2.
func gapsOf(video [][]float64, w int) []float64 {
	out := make([]float64, max(len(video)-3, 0))
	for i := range out {
		t, sum := i+1, 0.0
		for k := range video[t] {
			d := continued(video, k, t, -1, min(w, t+1)) - continued(video, k, t+1, 1, min(w, len(video)-1-t))
			sum += d * d
		}
		out[i] = math.Sqrt(sum)
	}
	return out
}

// continued returns the value half a frame before frame from of the line through component k of n frames, from frame
// from on in the direction way.
func continued(video [][]float64, k, from, way, n int) float64 {
	mean, slope, squares := 0.0, 0.0, 0.0
	for j := range n {
		x, y := float64(j)-float64(n-1)/2, video[from+way*j][k]
		mean, slope, squares = mean+y/float64(n), slope+x*y, squares+x*x
	}
	if squares > 0 {
		slope /= squares
	}
	return mean - slope*float64(n)/2
}

// Memory measures whether the changes of videos last: the correlation of the change from a frame to the next with the
// change two frames later, and its ratio to its standard error over videos. Where something moves smoothly the changes
// go on, and of a random walk, with any noise on the pictures, they do not: the correlation is 0. codes is that of
// Cuts. Fewer than leastMemory videos, or videos of fewer than four frames, give NaN.
func Memory(codes [][][]float64) (correlation, standardErrors float64) {
	products, squares := make([]float64, len(codes)), 0.0
	for i, video := range codes {
		if len(video) < 4 || len(codes) < leastMemory {
			return math.NaN(), math.NaN()
		}
		n := float64(len(video) - 3)
		for t := range len(video) - 3 {
			for k := range video[t] {
				now, later := video[t+1][k]-video[t][k], video[t+3][k]-video[t+2][k]
				products[i] += now * later / n
				squares += (now*now + later*later) / (2 * n)
			}
		}
	}
	mean, spread := stat.MeanStdDev(products, nil)
	n := float64(len(codes))
	return mean / (squares / n), mean / (spread / math.Sqrt(n))
}

const leastMemory = 8

// codeWaves is the number of cosines along each edge of a picture in its code.
const codeWaves = 3

// PictureCode returns smooth functions of a picture [size, size, 3]: the lowest coefficients of its discrete cosine
// transform in each colour. A body that moves across the picture changes them steadily, however small it is.
func PictureCode(frame []uint8, size int) []float64 {
	waves := make([]float64, codeWaves*size)
	for x := range size {
		for k := range codeWaves {
			waves[x*codeWaves+k] = math.Cos(math.Pi*float64(k)*(float64(x)+0.5)/float64(size)) / float64(size)
		}
	}
	code := make([]float64, codeWaves*codeWaves*3)
	for y := range size {
		var row [3 * codeWaves]float64
		for x := range size {
			pixel, w := frame[3*(y*size+x):][:3], waves[x*codeWaves:][:codeWaves]
			for k := range w {
				for c := range pixel {
					row[3*k+c] += w[k] * float64(pixel[c])
				}
			}
		}
		for l := range codeWaves {
			for k, v := range row {
				code[len(row)*l+k] += waves[y*codeWaves+l] * v
			}
		}
	}
	return code
}
