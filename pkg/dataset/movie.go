package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/ffmpeg"
)

// movieExtensions are those of the film files that ffmpeg reads.
var movieExtensions = []string{".mp4", ".mov", ".mkv", ".webm", ".avi"}

func isMovie(path string) bool {
	return slices.Contains(movieExtensions, strings.ToLower(filepath.Ext(path)))
}

// manyRepeats is the share of a film's pictures that may equal the one before them without a remark.
const manyRepeats = 0.05

// movies returns the survey of film files. It asks ffprobe for their size and times; ffmpeg decodes them.
func movies(ctx context.Context) func(path string) (reel, error) {
	return func(path string) (reel, error) {
		digest, err := digestOf(path)
		if err != nil {
			return reel{}, err
		}
		f, err := ffmpeg.Look(ctx, path)
		if err != nil {
			return reel{}, err
		}
		paced, err := pace(f.Times, f.Tick, f.Rate)
		if err != nil {
			return reel{}, badinput.Errorf("%s %w", path, err)
		}
		repeats := 0
		return reel{
			name: path, width: f.Width, height: f.Height, channels: 3,
			frames: sum(paced.counts), timed: true, delay: paced.interval, digest: digest,
			read: func(ctx context.Context, see func(t, n int, frame image.Image)) error {
				repeats = 0
				var before []uint8
				t := 0
				return f.Frames(ctx, func(i int, picture *image.NRGBA) {
					if bytes.Equal(picture.Pix, before) {
						repeats++
					}
					before = append(before[:0], picture.Pix...)
					if n := paced.counts[i]; n > 0 {
						see(t, n, picture)
						t += n
					}
				})
			},
			remarks: func() (said []string) {
				if paced.remark != "" {
					said = append(said, path+" "+paced.remark)
				}
				if n := len(f.Times); float64(repeats) > manyRepeats*float64(n) {
					said = append(said, fmt.Sprintf("%s repeats the frame before in %d of its %d frames, as if it had been recorded at a lower rate: set Every, to take only each second or third frame", path, repeats, n))
				}
				return said
			},
		}, nil
	}
}

// digestOf returns a SHA-256 over a file.
func digestOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", badinput.Errorf("cannot read %s: %w", path, err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", badinput.Errorf("cannot read %s: %w", path, err)
	}
	return string(h.Sum(nil)), nil
}
