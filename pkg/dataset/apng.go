package dataset

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/draw"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// mostUnits is the largest number of units of time in a second in which the delays of an APNG are counted; beyond it they
// are rounded.
const mostUnits = 1_000_000

// apngReel surveys an animated PNG. A frame that is shown for several times the common delay counts as several frames,
// as in a GIF.
func apngReel(path string, file *os.File, head image.Config, info pictures.Info) (reel, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return reel{}, badinput.Errorf("cannot read %s: %w", path, err)
	}
	survey, err := pictures.SurveyAPNG(file)
	if err != nil {
		return reel{}, badPicture(path, "PNG", err)
	}
	if err := checkAnimation(path, len(survey.Frames), survey.Width, survey.Height, survey.Pixels); err != nil {
		return reel{}, err
	}
	delays, second := unitsOf(survey.Frames)
	delay, counts := timing(delays, second)
	if counts == nil {
		return reel{}, unequalTimes(path)
	}
	width, height := info.Size(survey.Width, survey.Height)
	return reel{
		name: path, width: width, height: height, channels: channelsOf(head.ColorModel),
		frames: sum(counts), timed: true, delay: delay / float64(second),
		read: func(_ context.Context, see func(t, n int, frame image.Image)) error {
			file, err := os.Open(path)
			if err != nil {
				return badinput.Errorf("cannot read %s: %w", path, err)
			}
			defer file.Close()
			t := 0
			err = composeAPNG(survey, file, func(i int, canvas image.Image) {
				see(t, counts[i], pictures.Upright(canvas, info.Orientation))
				t += counts[i]
			})
			if err != nil {
				return badPicture(path, "PNG", err)
			}
			return nil
		},
	}, nil
}

// unitsOf returns the delays of frames as multiples of a unit of time of which a second has so many.
func unitsOf(frames []pictures.APNGFrame) (delays []int, second int) {
	second = 1
	for _, f := range frames { // the least common multiple
		a, b := second, f.Denominator
		for b > 0 {
			a, b = b, a%b
		}
		if second = second / a * f.Denominator; second > mostUnits {
			second = mostUnits
			break
		}
	}
	for _, f := range frames {
		delays = append(delays, (2*f.Numerator*second+f.Denominator)/(2*f.Denominator))
	}
	return delays, second
}

// composeAPNG calls see with the picture that a viewer shows at each frame. The canvas has 16 bits a channel, so that
// laying half transparent parts over each other rounds nothing that a frame of 8 bits shows.
func composeAPNG(a *pictures.APNG, file *os.File, see func(frame int, canvas image.Image)) error {
	canvas := image.NewRGBA64(image.Rect(0, 0, a.Width, a.Height))
	var before []uint8
	for i, f := range a.Frames {
		still, err := a.Still(file, i)
		if err != nil {
			return err
		}
		part, err := png.Decode(bytes.NewReader(still))
		if err != nil {
			return err
		}
		if f.Dispose == pictures.DisposePrevious {
			before = append(before[:0], canvas.Pix...)
		}
		op := draw.Src
		if f.Over {
			op = draw.Over
		}
		draw.Draw(canvas, f.Rect, part, part.Bounds().Min, op)
		see(i, canvas)
		switch f.Dispose {
		case pictures.DisposeBackground:
			draw.Draw(canvas, f.Rect, image.Transparent, image.Point{}, draw.Src)
		case pictures.DisposePrevious:
			copy(canvas.Pix, before)
		}
	}
	return nil
}
