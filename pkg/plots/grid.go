package plots

import (
	"errors"
	"image"
	"image/draw"
)

// Grid puts pictures into one, in rows of the given number of columns; 0 means
// one row. Each column is as wide as its widest picture and each row as high as
// its highest, with the pictures centred across and aligned at the top.
func Grid(columns int, pictures ...*Picture) (*Picture, error) {
	if len(pictures) == 0 {
		return nil, errors.New("plots: Grid has nothing to draw: give it at least one picture")
	}
	if columns <= 0 || columns > len(pictures) {
		columns = len(pictures)
	}
	widths, heights := make([]int, columns), make([]int, (len(pictures)+columns-1)/columns)
	exact, films := false, false
	for i, p := range pictures {
		switch {
		case p == nil:
			return nil, errors.New("plots: Grid was given a picture that is nil: check the error of the call that made it")
		case p.anim != nil:
			return nil, errors.New("plots: Grid holds stills only: give AnimateGIF several films instead")
		}
		size := p.still.Rect.Size()
		widths[i%columns] = max(widths[i%columns], size.X)
		heights[i/columns] = max(heights[i/columns], size.Y)
		exact, films = exact || p.exact, films || p.films
	}
	img := image.NewRGBA(image.Rect(0, 0, sum(widths), sum(heights)))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	for i, p := range pictures {
		col, row := i%columns, i/columns
		size := p.still.Rect.Size()
		at := image.Pt(sum(widths[:col])+(widths[col]-size.X)/2, sum(heights[:row]))
		draw.Draw(img, image.Rectangle{at, at.Add(size)}, p.still, image.Point{}, draw.Src)
	}
	return &Picture{still: img, exact: exact, films: films}, nil
}

func sum(xs []int) (total int) {
	for _, x := range xs {
		total += x
	}
	return total
}
