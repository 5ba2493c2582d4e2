package notebook

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/dataset"
)

// mostFilms is the largest number of videos that are written as files.
const mostFilms = 1000

// SaveGIFs writes videos into a folder, each as a GIF that plays at the videos' dt, taken as seconds. The frames are
// exact up to 256 colours each, the most that a GIF has.
func SaveGIFs(folder string, data *Data) {
	cell(func() error {
		set, err := filmed("SaveGIFs", data)
		if err != nil {
			return err
		}
		delay := int(math.Round(100 * set.Dt))
		if delay < 1 || math.Abs(100*set.Dt-float64(delay)) > 1e-9 {
			return mistake("a frame of a GIF lasts whole hundredths of a second, and not dt = %g: choose another nb.Dt, such as 0.12", set.Dt)
		}
		files := map[string][]byte{}
		for i := range set.N {
			film := &gif.GIF{}
			for t := range set.T {
				film.Image = append(film.Image, paletted(set.Frame(i, t), set.Size))
				film.Delay = append(film.Delay, delay)
			}
			var b bytes.Buffer
			if err := gif.EncodeAll(&b, film); err != nil {
				return err
			}
			files[fmt.Sprintf("film%03d.gif", i)] = b.Bytes()
		}
		return save(folder, files, fmt.Sprintf("%d GIFs of %d frames", set.N, set.T))
	})
}

// SavePNGs writes videos into a folder, each as a folder with a numbered PNG for each frame.
func SavePNGs(folder string, data *Data) {
	cell(func() error {
		set, err := filmed("SavePNGs", data)
		if err != nil {
			return err
		}
		files := map[string][]byte{}
		for i := range set.N {
			for t := range set.T {
				var b bytes.Buffer
				if err := png.Encode(&b, picture(set.Frame(i, t), set.Size)); err != nil {
					return err
				}
				files[filepath.Join(fmt.Sprintf("film%03d", i), fmt.Sprintf("frame%04d.png", t))] = b.Bytes()
			}
		}
		return save(folder, files, fmt.Sprintf("%d films of %d PNGs", set.N, set.T))
	})
}

// filmed returns all videos of data.
func filmed(call string, data *Data) (*dataset.Dataset, error) {
	if data == nil {
		return nil, mistake("nb.%s needs data, for example nb.Simulate(physics.Pendulum(), nb.Trajectories(20))", call)
	}
	if data.source.Density != nil {
		return nil, mistake("nb.%s saves videos, and was given the points of a density: give it nb.Simulate(...) or nb.Load(...)", call)
	}
	if r := data.source.Recipe; r != nil && r.Trajectories > mostFilms {
		return nil, mistake("nb.%s writes at most %d videos, not %d: choose fewer by nb.Trajectories", call, mostFilms, r.Trajectories)
	}
	return data.source.Sample(context.Background(), mostFilms)
}

// save writes files, by their names, into a folder that holds nothing else.
func save(folder string, files map[string][]byte, what string) error {
	if err := onlyThese(folder, slices.Collect(maps.Keys(files))); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return mistake("cannot write into %s: %v", folder, err)
		}
		if err := atomicfile.WriteFile(path, content); err != nil {
			return err
		}
	}
	showNote("%s are in %s.", what, filepath.Base(folder))
	return nil
}

// onlyThese refuses a folder that holds other files than those to be written, by their names in it.
func onlyThese(folder string, names []string) error {
	var own []string
	for _, name := range names {
		own = append(own, name, filepath.Dir(name))
	}
	err := filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name, err := filepath.Rel(folder, path); err != nil || !slices.Contains(own, name) && name != "." {
			return mistake("%s holds other files than those to be written, such as %s: choose another folder, or remove that one", folder, name)
		}
		return nil
	})
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// picture converts a frame to an image.
func picture(frame []uint8, size int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for i := range size * size {
		copy(img.Pix[4*i:], []uint8{frame[3*i], frame[3*i+1], frame[3*i+2], 0xff})
	}
	return img
}

// paletted converts a frame to an image with a palette of its own colours. If there are more than 256, it drops the
// last bits of the colours, as few as possible.
func paletted(frame []uint8, size int) *image.Paletted {
	for bits := range 8 {
		img := image.NewPaletted(image.Rect(0, 0, size, size), nil)
		index, keep := map[color.RGBA]uint8{}, uint8(0xff<<bits)
		for i := range img.Pix {
			c := color.RGBA{frame[3*i] & keep, frame[3*i+1] & keep, frame[3*i+2] & keep, 0xff}
			at, known := index[c]
			if !known {
				if len(index) == 256 {
					img = nil
					break
				}
				at = uint8(len(index))
				index[c], img.Palette = at, append(img.Palette, c)
			}
			img.Pix[i] = at
		}
		if img != nil {
			return img
		}
	}
	return nil // not reached: with one bit there are 8 colours
}
