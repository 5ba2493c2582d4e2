package dataset

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"strings"

	"golang.org/x/image/draw"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/pictures"
)

// maxPicture is the largest number of pixels of an imported picture: 64 megapixels.
const maxPicture = 64 << 20

// pngReel reads the header of a PNG file, or surveys it if it is animated.
func pngReel(path string) (reel, error) {
	file, err := os.Open(path)
	if err != nil {
		return reel{}, badinput.Errorf("cannot read %s: %w", path, err)
	}
	defer file.Close()
	head, info, err := headOf(path, file)
	if err != nil {
		return reel{}, err
	}
	if info.Frames > 1 {
		return apngReel(path, file, head, info)
	}
	width, height := info.Size(head.Width, head.Height)
	return reel{
		name: path, width: width, height: height, channels: channelsOf(head.ColorModel), frames: 1,
		read: func(_ context.Context, see func(t, n int, frame image.Image)) error {
			file, err := os.Open(path)
			if err != nil {
				return badinput.Errorf("cannot read %s: %w", path, err)
			}
			defer file.Close()
			frame, err := png.Decode(file)
			if err != nil {
				return badPicture(path, "PNG", err)
			}
			see(0, 1, pictures.Upright(frame, info.Orientation))
			return nil
		},
	}, nil
}

// headOf reads what a PNG file says about its picture.
func headOf(path string, file *os.File) (image.Config, pictures.Info, error) {
	head, err := png.DecodeConfig(file)
	if err != nil {
		return head, pictures.Info{}, badPicture(path, "PNG", err)
	}
	if err := checkPicture(path, head.Width, head.Height); err != nil {
		return head, pictures.Info{}, err
	}
	info, err := pictures.Inspect(file)
	if err != nil {
		return head, info, badPicture(path, "PNG", err)
	}
	return head, info, nil
}

// channelsOf returns the number of channels of a PNG's pixels.
func channelsOf(m color.Model) int {
	switch m {
	case color.GrayModel, color.Gray16Model:
		return 1
	case color.NRGBAModel, color.NRGBA64Model:
		return 4
	}
	return 3
}

func badPicture(path, kind string, err error) error {
	// The decoders do not all wrap the end of a file.
	if errors.Is(err, io.EOF) || strings.Contains(err.Error(), io.ErrUnexpectedEOF.Error()) {
		return badinput.Errorf("%s is empty or cut short: write it anew, or remove it", path)
	}
	return badinput.Errorf("%s cannot be read as a %s: %w", path, kind, err)
}

func checkPicture(path string, width, height int) error {
	if n, ok := product(width, height); !ok || n < 1 || n > maxPicture {
		return badinput.Errorf("%s says that it is %dx%d pixels; pictures of 1 to %d megapixels can be read", path, width, height, maxPicture>>20)
	}
	return nil
}

// square returns the largest centred square of a rectangle.
func square(r image.Rectangle) image.Rectangle {
	edge := min(r.Dx(), r.Dy())
	at := r.Min.Add(image.Pt((r.Dx()-edge)/2, (r.Dy()-edge)/2))
	return image.Rectangle{at, at.Add(image.Pt(edge, edge))}
}

// fitter writes pictures of one size as frames, in memory that it takes once.
type fitter struct {
	flat, scaled *image.RGBA
	scaler       draw.Scaler
}

// fit writes the centred square of a picture at size x size pixels into dst, [size, size, 3]. Transparent parts
// become white. Size is the same for all pictures. A picture of that size is copied bit by bit (16-bit channels keep their upper 8). Others are
// resampled with a triangular filter, which is as wide as the new pixels when it reduces: each new pixel is a
// weighted mean over the area around it, so no pixel is skipped, and no halo appears at edges.
func (f *fitter) fit(picture image.Image, size int, dst []uint8) {
	from := square(picture.Bounds())
	if f.flat == nil || f.flat.Rect.Dx() != from.Dx() {
		*f = fitter{image.NewRGBA(image.Rect(0, 0, from.Dx(), from.Dy())), image.NewRGBA(image.Rect(0, 0, size, size)), draw.BiLinear.NewScaler(size, size, from.Dx(), from.Dy())}
	}
	draw.Draw(f.flat, f.flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(f.flat, f.flat.Bounds(), picture, from.Min, draw.Over)
	frame := f.flat
	if from.Dx() != size {
		f.scaler.Scale(f.scaled, f.scaled.Bounds(), f.flat, f.flat.Bounds(), draw.Src, nil)
		frame = f.scaled
	}
	for k := range size * size {
		copy(dst[3*k:3*k+3], frame.Pix[4*k:])
	}
}
