package notebook

import (
	"bytes"
	"encoding/gob"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
)

// pictures fails the test unless files of a folder are there.
func pictures(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 500 {
			t.Errorf("no picture %s: %v", name, err)
		}
	}
}

func TestEverySystemIsShown(t *testing.T) {
	dir := runsHere(t)
	for _, name := range physics.Names() {
		must(t, inCell(t, func() {
			system, err := physics.ByName(name)
			if err != nil {
				t.Error(err)
			}
			System(system, Trajectories(3), Frames(8), Size(16))
		}))
		pictures(t, dir, name+"_system.png")
	}
}

func TestFiguresOfTrainedRuns(t *testing.T) {
	dir := runsHere(t)
	euler := tiny()
	euler.Integrator = "euler"
	out := must(t, inCell(t, func() {
		a, b := Train("a", tiny(), tinyData()), Train("b", euler, tinyData())
		Directions(a, Trajectory(3))
		Interpolate(a, From(4), To(2), Trajectories(3), Dt(-0.25))
		Samples(a, Trajectories(2), Steps(5), Seed(7))
		Samples(a, Trajectories(10), FromPosterior())
		PerStep(a, b)
		Conservation(a, b)
		Compare(a, b)
	}))
	pictures(t, dir, "a/directions_video3.png", "a/interpolation_video4_video2_dt-0.25.png", "a/samples_prior_seed7_dt0.125.png",
		"a/samples_prior_seed7_dt0.125.gif", "a/samples_posterior_seed1_dt0.125.gif", "per_step.png", "conservation.png", "compare.png")
	for _, text := range []string{"half speed", "mean frame", "units of its spread", "of a: forward", "of b: forward"} {
		if !strings.Contains(out, text) {
			t.Errorf("nothing is said of %q:\n%s", text, out)
		}
	}
	if e := inCell(t, func() { Train("c", tiny(), tinyData(), StopEarly(2)) }); e.code != exitFailed || !strings.Contains(e.stderr, "measures nothing on held-out data") {
		t.Errorf("a training too short to stop early: %d, %s", e.code, e.stderr)
	}
}

// Front ends get the size of a picture, and may recolour one that holds no frames. All of it passes GoNB's channel.
func TestMetadataOfPictures(t *testing.T) {
	curve, err := plots.Curves(plots.Chart{}, plots.Series{Y: []float64{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	strip, err := plots.FilmStrip(plots.Strip{Size: 1}, plots.Film{Label: "a", Frames: [][]uint8{{1, 2, 3}}})
	if err != nil {
		t.Fatal(err)
	}
	both, err := plots.Grid(1, curve, strip)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		p     *plots.Picture
		light any
	}{"curve": {curve, "light"}, "strip": {strip, nil}, "both": {both, nil}} {
		m := metadata(c.p)
		png := m["image/png"].(map[string]int)
		if width, _ := c.p.Size(); png["width"] != width || m["needs_background"] != c.light {
			t.Errorf("%s: %v", name, m)
		}
		var channel bytes.Buffer
		var there protocol.DisplayData
		if err := gob.NewEncoder(&channel).Encode(&protocol.DisplayData{Metadata: m}); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if err := gob.NewDecoder(&channel).Decode(&there); err != nil || !reflect.DeepEqual(there.Metadata, m) {
			t.Errorf("%s: %v arrives, %v", name, there.Metadata, err)
		}
	}
}
