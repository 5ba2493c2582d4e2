package metrics

import (
	"math"
	"slices"
)

// IntrinsicDimension estimates the dimension of the surface near which points lie, from the distances to their k
// nearest neighbours (Levina and Bickel 2004, with the mean over points of MacKay and Ghahramani 2005):
//
//	1/m = mean over points and j < k of log(T_k / T_j),   T_j the distance to the j-th neighbour.
//
// Noise that is smaller than T_k hardly counts. The result is NaN for fewer than k+1 points, or if k is less than 2.
func IntrinsicDimension(points [][]float64, k int) float64 {
	if k < 2 || len(points) <= k {
		return math.NaN()
	}
	sum, n := 0.0, 0
	for i := range points {
		d := distances(points, i)
		d[i] = math.Inf(1)
		slices.Sort(d)
		for _, nearer := range d[:k-1] {
			if nearer > 0 {
				sum, n = sum+math.Log(d[k-1]/nearer), n+1
			}
		}
	}
	return float64(n) / sum
}

// distances returns the distances of all points from point i.
func distances(points [][]float64, i int) []float64 {
	d := make([]float64, len(points))
	for j, p := range points {
		for c, x := range p {
			d[j] += (x - points[i][c]) * (x - points[i][c])
		}
		d[j] = math.Sqrt(d[j])
	}
	return d
}

// Loops counts the loops of the shape that points form: the classes of its first homology that persist while balls
// about landmarks grow to loopPersistence times the radius at which the loop closed (Edelsbrunner, Letscher and
// Zomorodian 2002). Distances follow the graph that joins each of loopPoints points with its loopNeighbours nearest.
// These points and the landmarks are chosen as far from each other as possible, so that the density of the points
// does not matter. Points that are not connected with the first are ignored.
func Loops(points [][]float64) int {
	if len(points) == 0 {
		return 0
	}
	even := [][]float64{}
	for _, i := range farthest(len(points), loopPoints, func(i int) []float64 { return distances(points, i) }) {
		even = append(even, points[i])
	}
	along := nearestGraph(even, min(loopNeighbours, len(even)-1))
	from := map[int][]float64{}
	at := farthest(len(even), loopLandmarks, func(i int) []float64 {
		from[i] = shortest(along, i)
		return from[i]
	})
	between := make([][]float64, len(at))
	for i, a := range at {
		for _, b := range at {
			between[i] = append(between[i], from[a][b])
		}
	}
	n := 0
	for _, bar := range firstHomology(between) {
		if bar.death > loopPersistence*bar.birth {
			n++
		}
	}
	return n
}

const (
	loopPoints, loopNeighbours = 300, 8
	loopLandmarks              = 64
)

// farthest chooses up to most of n points: the first one, then always the one that is farthest from those
// chosen before. It does not choose points at distance zero or infinity.
func farthest(n, most int, distances func(i int) []float64) (chosen []int) {
	nearest := slices.Repeat([]float64{math.Inf(1)}, n)
	for next, far := 0, 1.0; len(chosen) < most && far > 0; {
		chosen, far = append(chosen, next), 0
		for j, d := range distances(next) {
			if nearest[j] = min(nearest[j], d); !math.IsInf(nearest[j], 0) && nearest[j] > far {
				next, far = j, nearest[j]
			}
		}
	}
	return chosen
}

// loopPersistence is how long a loop must last. A circle's loop lasts to a third of its length; loops from noise
// close soon.
const loopPersistence = 2

type edge struct {
	to     int
	length float64
}

// nearestGraph joins every point with its k nearest, both ways.
func nearestGraph(points [][]float64, k int) [][]edge {
	g := make([][]edge, len(points))
	for i := range points {
		d := distances(points, i)
		order := make([]int, len(points))
		for j := range order {
			order[j] = j
		}
		slices.SortFunc(order, func(a, b int) int {
			if d[a] < d[b] {
				return -1
			} else if d[a] > d[b] {
				return 1
			}
			return a - b
		})
		for _, j := range order[:k+1] {
			if j != i {
				g[i], g[j] = append(g[i], edge{j, d[j]}), append(g[j], edge{i, d[j]})
			}
		}
	}
	return g
}

// shortest returns the lengths of the shortest paths from a point along a graph (Dijkstra 1959); infinite if there is
// none.
func shortest(g [][]edge, from int) []float64 {
	d := slices.Repeat([]float64{math.Inf(1)}, len(g))
	done := make([]bool, len(g))
	d[from] = 0
	for {
		at := -1
		for i := range d {
			if !done[i] && !math.IsInf(d[i], 0) && (at < 0 || d[i] < d[at]) {
				at = i
			}
		}
		if at < 0 {
			return d
		}
		done[at] = true
		for _, e := range g[at] {
			d[e.to] = min(d[e.to], d[at]+e.length)
		}
	}
}

// bar is the range of distances over which a loop exists.
type bar struct{ birth, death float64 }

// firstHomology returns the bars of the first homology, over the field of two elements, of the Vietoris-Rips complex
// of points with these distances, without the bars that never end.
func firstHomology(d [][]float64) []bar {
	type simplex struct {
		at       [3]int // for an edge the first two
		diameter float64
	}
	var edges, triangles []simplex
	for i := range d {
		for j := range i {
			edges = append(edges, simplex{[3]int{j, i}, d[i][j]})
			for k := range j {
				triangles = append(triangles, simplex{[3]int{k, j, i}, max(d[i][j], d[i][k], d[j][k])})
			}
		}
	}
	bySize := func(a, b simplex) int {
		if a.diameter < b.diameter {
			return -1
		} else if a.diameter > b.diameter {
			return 1
		}
		return slices.Compare(a.at[:], b.at[:])
	}
	slices.SortFunc(edges, bySize)
	slices.SortFunc(triangles, bySize)
	number := map[[2]int]int{}
	for n, e := range edges {
		number[[2]int{e.at[0], e.at[1]}] = n
	}
	var bars []bar
	reduced := map[int][]int{} // columns of the boundary matrix, ascending, by their last row
	for _, t := range triangles {
		column := []int{number[[2]int{t.at[0], t.at[1]}], number[[2]int{t.at[0], t.at[2]}], number[[2]int{t.at[1], t.at[2]}]}
		slices.Sort(column)
		for len(column) > 0 {
			last := column[len(column)-1]
			other, there := reduced[last]
			if !there {
				reduced[last] = column
				if t.diameter > edges[last].diameter {
					bars = append(bars, bar{edges[last].diameter, t.diameter})
				}
				break
			}
			column = symmetricDifference(column, other)
		}
	}
	return bars
}

// symmetricDifference returns the symmetric difference of two ascending lists.
func symmetricDifference(a, b []int) (out []int) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		default:
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
