package ffmpeg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"

	"hgn.local/pkg/badinput"
)

// Frames decodes the pictures and calls see with each, in the order of Times. The picture is valid until see returns.
func (f *Film) Frames(ctx context.Context, see func(i int, picture *image.NRGBA)) error {
	err := f.decode(ctx, "-fps_mode", see)
	if err != nil && strings.Contains(err.Error(), "Unrecognized option 'fps_mode'") { // before ffmpeg 5.1
		err = f.decode(ctx, "-vsync", see)
	}
	return err
}

// decode does so; pacing is the option by which every picture of the file becomes one picture of the output.
func (f *Film) decode(ctx context.Context, pacing string, see func(i int, picture *image.NRGBA)) error {
	film, err := input(f.Path)
	if err != nil {
		return err
	}
	args := append([]string{"-nostdin", "-v", "error", "-max_pixels", fmt.Sprint(maxPixels)}, film...)
	p, err := start(ctx, "ffmpeg", f.Path, nil, append(args, "-map", "0:V:0", pacing, "passthrough",
		"-vf", fmt.Sprintf("scale=%d:%d:flags=bicubic+accurate_rnd+full_chroma_int", f.Width, f.Height),
		"-pix_fmt", "rgba", "-f", "rawvideo", "pipe:1")...)
	if err != nil {
		return err
	}
	return p.finish(ctx, f.read(p.out, see))
}

func (f *Film) read(out io.Reader, see func(i int, picture *image.NRGBA)) error {
	picture := image.NewNRGBA(image.Rect(0, 0, f.Width, f.Height))
	for i := 0; ; i++ {
		switch _, err := io.ReadFull(out, picture.Pix); {
		case errors.Is(err, io.EOF) && i == len(f.Times):
			return nil
		case err != nil && i < len(f.Times):
			return short{badinput.Errorf("%s has %d pictures, and only %d of them could be decoded: save it anew by ffmpeg", f.Path, len(f.Times), i)}
		case err != nil || i == len(f.Times):
			return badinput.Errorf("%s changed while it was read", f.Path)
		}
		see(i, picture)
	}
}

// newLines splits the answers of ffprobe.
func newLines(r io.Reader) *bufio.Scanner {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<12), 1<<16)
	return lines
}
