package dataset

import (
	"image"
	"image/draw"
	"image/gif"
	"os"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// maxGIF is the largest number of pixels that all frames of a GIF may have together: decoding holds a byte for each.
const maxGIF = 2 << 30

// maxEmpty is the largest number of pixels of a GIF's screen that no frame fills: a few bytes may claim them.
const maxEmpty = 16 << 20

// mostOften bounds how often a pixel of a long animation is shown, on average: a few bytes may claim many frames of a large screen.
const mostOften = 16

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
	if survey.Pixels > maxGIF {
		return reel{}, badinput.Errorf("%s has %d frames of %dx%d pixels, more than %d megapixels in all: make its frames smaller, or cut it in several",
			path, len(survey.Delays), survey.Width, survey.Height, maxGIF>>20)
	}
	if screen := survey.Width * survey.Height; screen > maxEmpty && screen > survey.Pixels {
		return reel{}, badinput.Errorf("%s says that it is %dx%d pixels, but its frames have fewer in all: save it with whole frames", path, survey.Width, survey.Height)
	}
	if shown := len(survey.Delays) * survey.Width * survey.Height; shown > maxGIF && shown/mostOften > survey.Pixels {
		return reel{}, badinput.Errorf("%s says that it is %d frames of %dx%d pixels, which hardly change: crop it to what moves, or cut it in several", path, len(survey.Delays), survey.Width, survey.Height)
	}
	delay, counts := timing(survey.Delays)
	if counts == nil {
		return reel{}, badinput.Errorf("%s shows its frames for unequal times, which are no multiples of one: save it with equal times, or its frames as .png files taken at equal times", path)
	}
	frames := 0
	for _, n := range counts {
		frames += n
	}
	return reel{
		name: path, width: survey.Width, height: survey.Height, channels: 3,
		frames: frames, delay: delay,
		read: func(see func(t, n int, frame image.Image)) error {
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
