package notebook

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/dataset/ffmpeg"
	"hgn.local/pkg/physics"
)

// TestCameraFilmsComeBack films a pendulum, with ffmpeg where it is installed and without.
func TestCameraFilmsComeBack(t *testing.T) {
	dir := runsHere(t)
	kinds := map[string]string{".png": t.TempDir()}
	if ffmpeg.Installed() {
		kinds[".mp4"] = ""
	}
	for kind, path := range kinds {
		t.Run(kind, func(t *testing.T) {
			if path != "" {
				t.Setenv("PATH", path)
			}
			films := filepath.Join(dir, "films"+kind)
			out := must(t, inCell(t, func() {
				SaveCamera(films, physics.Pendulum(), Trajectories(3), Frames(9))
				set, err := Load(films, CropTo(60, 30, 120, 120), Every(2), Size(30), SubtractBackground()).first(3)
				if err != nil {
					t.Error(err)
				} else if set.N != 2 || set.T != 5 || set.Size != 30 || math.Abs(set.Dt-1.0/12) > 1e-9 {
					t.Errorf("%d films of %d frames, %d pixels, dt %g", set.N, set.T, set.Size, set.Dt)
				}
			}))
			if !strings.Contains(out, "3 films of 0 s ("+kind+") are in films"+kind) {
				t.Errorf("it is not said what was written: %s", out)
			}
		})
	}
	for says, f := range map[string]func(){
		"nb.SaveCamera needs a system":  func() { SaveCamera(dir, nil) },
		"at least 2 frames, not 3 of 1": func() { SaveCamera(dir, physics.Pendulum(), Trajectories(3), Frames(1)) },
		"holds other files":             func() { SaveCamera(filepath.Join(dir, "films.png"), physics.Pendulum(), Trajectories(1)) },
	} {
		if e := inCell(t, f); e.code != exitFailed || !strings.Contains(e.stderr, says) {
			t.Errorf("%s: exit code %d with %q", says, e.code, e.stderr)
		}
	}
}
