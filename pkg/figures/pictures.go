package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/density"
	"hgn.local/pkg/plots"
)

const (
	rowOfPictures     = 8  // pictures in a row, unless their number is given
	rowsOfPictures    = 6  // rows without classes
	mostPictures      = 16 // in a row
	leastPicturePixel = 16 // of points that are pictures although nobody says so: 4 x 4
)

// Pictures draws points that are grey pictures, such as digits: those of the data beside n in a row that the model draws. Of
// p(x|c), each row is of a class, or of the conditions of a point of the data. The height and width of a picture are those
// that the data's file says, in its array shape, and otherwise points of 16 coordinates or more are square. Black and
// white are the least and the greatest number in the data.
func (r *Run) Pictures(n int, seed uint64) (*plots.Picture, error) {
	if n == 0 {
		n = rowOfPictures
	}
	if n < 1 || n > mostPictures {
		return nil, mistake("the picture shows 1 to %d samples in a row, not %d", mostPictures, n)
	}
	m, _, err := r.DensityModel()
	if err != nil {
		return nil, err
	}
	sides, err := r.pictureSides()
	if err != nil {
		return nil, err
	}
	data, err := r.Data.Density.Train()
	if err != nil {
		return nil, err
	}
	easel := easel{sides, slices.Min(data.X), slices.Max(data.X)}
	rows, err := r.pictureRows(data)
	if err != nil {
		return nil, err
	}
	var given, drawn []plots.Film
	for i, row := range rows {
		of := m
		if row.cond != nil {
			if of, err = m.(points.Conditional).At(row.cond); err != nil {
				return nil, err
			}
		}
		x, err := of.Sample(seed+uint64(i), n)
		if err != nil {
			return nil, err
		}
		own, learned := plots.Film{Label: row.label}, plots.Film{Label: row.label}
		for k := range n {
			own.Frames = append(own.Frames, easel.frame(data.At(row.data[k%len(row.data)])))
			learned.Frames = append(learned.Frames, easel.frame(x.At(k)))
		}
		given, drawn = append(given, own), append(drawn, learned)
	}
	left, err := plots.FilmStrip(easel.strip("Points of the data", n), given...)
	if err != nil {
		return nil, err
	}
	right, err := plots.FilmStrip(easel.strip("Points that the model draws", n), drawn...)
	if err != nil {
		return nil, err
	}
	return plots.Grid(2, left, right)
}

// pictureSides returns the height and width of the pictures that the run's points are.
func (r *Run) pictureSides() (sides [2]int, err error) {
	d := r.Data.Density
	if len(d.Shape) == 2 {
		return [2]int(d.Shape), nil
	}
	side := int(math.Round(math.Sqrt(float64(d.Dim))))
	if side*side != d.Dim || d.Dim < leastPicturePixel {
		return sides, mistake("the figure is of points that are pictures, and those of the run %q have %d coordinates: say their height and width in the array shape of the .npz file", r.Name(), d.Dim)
	}
	return [2]int{side, side}, nil
}

// pictureRow is a row of pictures at one condition, or at none.
type pictureRow struct {
	label string
	cond  []float64
	data  []int // points of the data that belong to it
}

// pictureRows returns a row for each class of an only condition, or else some rows of points at their own conditions.
func (r *Run) pictureRows(data points.Points) (rows []pictureRow, err error) {
	conditions := r.Data.Density.Cond
	if len(conditions) == 1 && len(conditions[0].Classes) > 0 {
		for _, class := range conditions[0].Classes {
			row := pictureRow{label: class}
			if row.cond, err = density.Encode(conditions, []string{class}); err != nil {
				return nil, err
			}
			for i := range data.N() {
				if slices.Equal(data.CondAt(i), row.cond) {
					row.data = append(row.data, i)
				}
			}
			if len(row.data) > 0 && len(rows) < mostDreams {
				rows = append(rows, row)
			}
		}
		return rows, nil
	}
	each := max(1, data.N()/rowsOfPictures)
	for k := range min(rowsOfPictures, data.N()) {
		row := pictureRow{}
		if len(conditions) > 0 {
			row.cond, row.data = data.CondAt(k*each), []int{k * each}
			row.label = strings.Join(density.Decode(conditions, row.cond), ", ")
		} else {
			for i := k * each; i < min((k+1)*each, data.N()); i++ {
				row.data = append(row.data, i)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// easel turns points into square frames.
type easel struct {
	sides     [2]int // height and width of a picture
	low, high float64
}

func (e easel) size() int { return max(e.sides[0], e.sides[1]) }

func (e easel) strip(title string, n int) plots.Strip {
	return plots.Strip{Title: fmt.Sprintf("%s, %d x %d", title, e.sides[0], e.sides[1]), Size: e.size(), What: "sample", MaxFrames: n}
}

// frame draws a point. Beside a picture that is not square it is grey.
func (e easel) frame(x []float64) []uint8 {
	size := e.size()
	out := slices.Repeat([]uint8{128}, size*size*3)
	top, left := (size-e.sides[0])/2, (size-e.sides[1])/2
	for i, v := range x {
		grey := uint8(math.Round(255 * min(max((v-e.low)/(e.high-e.low), 0), 1)))
		at := 3 * ((top+i/e.sides[1])*size + left + i%e.sides[1])
		out[at], out[at+1], out[at+2] = grey, grey, grey
	}
	return out
}
