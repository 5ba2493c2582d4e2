package ffmpeg

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// Save writes a film of so many pictures a second, without sound, in the format that the path's extension names, and replaces
// a file that is there. draw writes picture i, [height, width, 3] bytes; width and height must be even.
func Save(ctx context.Context, path string, width, height, rate, frames int, draw func(i int, rgb []uint8)) error {
	if width%2 != 0 || height%2 != 0 {
		return badinput.Errorf("films have an even number of pixels in both directions, not %dx%d", width, height)
	}
	scratch, err := os.MkdirTemp("", "hgn-film-")
	if err != nil {
		return badinput.Errorf("cannot write %s: %w", path, err)
	}
	defer os.RemoveAll(scratch)
	whole := filepath.Join(scratch, "film"+filepath.Ext(path))
	pictures, pipe := io.Pipe()
	defer pictures.Close()
	go func() {
		rgb := make([]uint8, width*height*3)
		for i := range frames {
			draw(i, rgb)
			if _, err := pipe.Write(rgb); err != nil {
				return // the program has ended
			}
		}
		pipe.Close()
	}()
	p, err := start(ctx, "ffmpeg", path, pictures, "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
		"-video_size", fmt.Sprintf("%dx%d", width, height), "-framerate", fmt.Sprint(rate), "-i", "pipe:0",
		"-pix_fmt", "yuv420p", "-y", "file:"+whole)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, p.out)
	if err := p.finish(ctx, err); err != nil {
		return err
	}
	return atomicfile.WriteTo(path, func(w io.Writer) error {
		film, err := os.Open(whole)
		if err != nil {
			return err
		}
		defer film.Close()
		_, err = io.Copy(w, film)
		return err
	})
}
