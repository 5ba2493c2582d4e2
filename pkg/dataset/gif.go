package dataset

import (
	"context"
	"image"
	"image/draw"
	"image/gif"
	"os"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// gifReel surveys a GIF file. A frame that is shown for several times the common delay counts as several frames:
// programs that write GIFs (Pillow, and its users) store equal neighbours once, with the sum of their delays.
func gifReel(path string) (reel, error) {
	file, err := os.Open(path)
	if err != nil {
		return reel{}, badinput.Errorf("cannot read %s: %w", path, err)
	}
	defer file.Close()
	survey, err := pictures.SurveyGIF(file)
	if err != nil {
		return reel{}, badPicture(path, "GIF", err)
	}
	if err := checkPicture(path, survey.Width, survey.Height); err != nil {
		return reel{}, err
	}
	if err := checkAnimation(path, len(survey.Delays), survey.Width, survey.Height, survey.Pixels); err != nil {
		return reel{}, err
	}
	delay, counts := timing(survey.Delays, 100)
	if counts == nil {
		return reel{}, unequalTimes(path)
	}
	return reel{
		name: path, width: survey.Width, height: survey.Height, channels: 3,
		frames: sum(counts), timed: true, delay: delay / 100,
		read: func(_ context.Context, see func(t, n int, frame image.Image)) error {
			file, err := os.Open(path)
			if err != nil {
				return badinput.Errorf("cannot read %s: %w", path, err)
			}
			defer file.Close()
			g, err := gif.DecodeAll(survey.Clean(file))
			if err != nil {
				return badPicture(path, "GIF", err)
			}
			if len(g.Image) != len(counts) {
				return badinput.Errorf("%s changed while it was read", path)
			}
			compose(g, survey.Width, survey.Height, counts, see)
			return nil
		},
	}, nil
}

// compose calls see with the picture that a viewer shows at each frame. A frame of the file is a part, perhaps with
// transparent pixels, that is laid over the remains of the frames before it; its disposal method says what it leaves.
func compose(g *gif.GIF, width, height int, counts []int, see func(t, n int, frame image.Image)) {
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	var before []uint8
	t := 0
	for i, part := range g.Image {
		disposal := g.Disposal[i]
		if disposal == gif.DisposalPrevious {
			before = append(before[:0], canvas.Pix...)
		}
		draw.Draw(canvas, part.Bounds(), part, part.Bounds().Min, draw.Over)
		see(t, counts[i], canvas)
		t += counts[i]
		switch disposal {
		case gif.DisposalBackground: // as in every browser, nothing is left, whatever the file's background colour
			draw.Draw(canvas, part.Bounds(), image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			copy(canvas.Pix, before)
		}
	}
}
