package notebook

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/dataset/ffmpeg"
	apng "hgn.local/pkg/dataset/pictures"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/render"
)

const (
	cameraWidth, cameraHeight = 240, 180
	cameraRate                = 24  // pictures a second
	moments                   = 8   // of a picture's interval
	exposed                   = 4   // of these the shutter is open
	sensorNoise               = 6.0 // levels of 255
)

// SaveCamera films a system as a camera would, instead of drawing its discs alone: in perspective, before a wall of planks that a
// lamp lights unevenly, with shadows, motion blur and the noise of a sensor, see render.Camera. It writes films of 240 x 180
// pixels and 24 pictures a second into a folder, for which the system's time is in seconds. They are .mp4 files, or, where
// ffmpeg is not installed, animated PNGs without the noise, which they could not compress. Options: Trajectories, the number
// of films, by default 8; Frames of each, by default 1440, a minute; Seed.
func SaveCamera(folder string, system physics.System, opts ...Option) {
	cell(func() error {
		if system == nil {
			return mistake("nb.SaveCamera needs a system, for example physics.Pendulum()")
		}
		s, err := applyOptions("SaveCamera", settings{trajectories: 8, frames: 60 * cameraRate, seed: 1}, opts, "Trajectories", "Frames", "Seed")
		if err != nil {
			return err
		}
		if s.trajectories < 1 || s.trajectories > mostFilms || s.frames < 2 {
			return mistake("nb.SaveCamera makes 1 to %d films of at least 2 frames, not %d of %d", mostFilms, s.trajectories, s.frames)
		}
		camera := render.Camera{Width: cameraWidth, Height: cameraHeight, Extent: 1.25 * system.Extent(), Noise: sensorNoise, Seed: s.seed}
		kind := ".mp4"
		if !ffmpeg.Installed() {
			kind, camera.Noise = ".png", 0
		}
		names := make([]string, s.trajectories)
		for i := range names {
			names[i] = fmt.Sprintf("film%03d%s", i, kind)
		}
		if err := onlyThese(folder, names); err != nil {
			return err
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return mistake("cannot write into %s: %v", folder, err)
		}
		shot := camera.Shot()
		for i, name := range names {
			q0, p0 := system.Sample(rand.New(rand.NewPCG(s.seed, uint64(i))))
			q, _, err := physics.Trajectory(system, q0, p0, 1.0/(cameraRate*moments), s.frames*moments)
			if err != nil {
				return err
			}
			draw := func(t int, rgb []uint8) {
				var seen [][]physics.Disk
				for k := range exposed {
					seen = append(seen, system.Disks(q[t*moments+k]))
				}
				shot(i*s.frames+t, seen, rgb)
			}
			if err := saveFilm(filepath.Join(folder, name), s.frames, draw); err != nil {
				return err
			}
		}
		showNote("%d films of %d s (%s) are in %s.", len(names), s.frames/cameraRate, kind, filepath.Base(folder))
		return nil
	})
}

// saveFilm writes one film in the form that its extension names.
func saveFilm(path string, frames int, draw func(t int, rgb []uint8)) error {
	if filepath.Ext(path) == ".mp4" {
		return ffmpeg.Save(context.Background(), path, cameraWidth, cameraHeight, cameraRate, frames, draw)
	}
	rgb, img := make([]uint8, cameraWidth*cameraHeight*3), image.NewNRGBA(image.Rect(0, 0, cameraWidth, cameraHeight))
	var b bytes.Buffer
	err := apng.Animate(&b, frames, 1, cameraRate, func(i int) *image.NRGBA {
		draw(i, rgb)
		for k := range cameraWidth * cameraHeight {
			copy(img.Pix[4*k:], []uint8{rgb[3*k], rgb[3*k+1], rgb[3*k+2], 0xff})
		}
		return img
	})
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(path, b.Bytes())
}
