package table

import (
	"testing"
)

// A run is named as the paper names its model, and described by what differs from its preset: nothing that the data settle.
func TestNamesOfRuns(t *testing.T) {
	for _, c := range []struct {
		model, preset, system string
		sets                  []string
		name, setting         string
	}{
		{"hgn", "quick", "pendulum", nil, "HGN (leapfrog)", "quick, 32x32, 5000 videos"},
		{"hgn", "cpu", "two_body", nil, "HGN (leapfrog)", "cpu, 32x32, 5000 videos"},
		{"hgn", "cpu", "pendulum", []string{"seed=7"}, "HGN (leapfrog)", "cpu, 32x32, 5000 videos"},
		{"hgn", "cpu", "pendulum", []string{"integrator=euler"}, "HGN (Euler)", "cpu, 32x32, 5000 videos"},
		{"hgn", "cpu", "pendulum", []string{"deterministic=true"}, "HGN (deterministic)", "cpu, 32x32, 5000 videos"},
		{"hgn", "cpu", "pendulum", []string{"f_psi=false"}, "HGN (no f_psi)", "cpu, 32x32, 5000 videos"},
		{"hgn", "cpu", "pendulum", []string{"integrator=yoshida4", "deterministic=true"}, "HGN (yoshida4, deterministic)", "cpu, 32x32, 5000 videos"},
		{"hgn", "quick", "pendulum", []string{"latent=line*4", "frames_in=5", "steps=60", "decoder_hidden=[8]"}, "HGN (leapfrog)",
			"quick, 32x32, 5000 videos, decoder_hidden=[8], frames_in=5, latent=line*4, steps=60"},
		{"hnn", "cpu", "pendulum", nil, "HNN", "cpu, 32x32, 5000 videos"},
		{"hnn", "cpu", "two_body", []string{"variant=conv"}, "HNN-conv", "cpu, 32x32, 5000 videos"},
		{"hnn", "cpu", "two_body", []string{"variant=states"}, "HNN (states)", "cpu, 32x32, 5000 videos"},
		{"hnn", "cpu", "two_body", []string{"variant=baseline"}, "plain network (states)", "cpu, 32x32, 5000 videos"},
	} {
		l, err := label(resolved(t, entry(t, "x", c.model, c.preset, c.system, 10, c.sets...)))
		if err != nil {
			t.Fatal(err)
		}
		if l.model != c.name || l.setting != c.setting {
			t.Errorf("%s %s on %s with %v is %q, %q; want %q, %q", c.model, c.preset, c.system, c.sets, l.model, l.setting, c.name, c.setting)
		}
	}
}

// What the videos are is part of the setting where it is not as usual.
func TestSettingTellsTheData(t *testing.T) {
	e := entry(t, "x", "hgn", "quick", "pendulum", 10)
	r := e.Config.Data.Recipe
	r.Size, r.Trajectories, r.Frames, r.Dt, r.Noise, r.Constants, r.Seed = 64, 50000, 20, 0.25, 0.3, `{"potential_factor":2}`, 4
	l, err := label(resolved(t, e))
	if err != nil {
		t.Fatal(err)
	}
	if want := `quick, 64x64, 50000 videos, 20 frames, dt=0.25, noise=0.3, {"potential_factor":2}, data-seed=4`; l.setting != want {
		t.Errorf("the setting is %q, want %q", l.setting, want)
	}
	e.Config.Data = ownVideos(t, "somewhere/mine.gif")
	if l, err = label(resolved(t, e)); err != nil {
		t.Fatal(err)
	}
	if want := "quick, 32x32, own videos of 30 frames"; l.setting != want || l.column.name != "mine.gif" {
		t.Errorf("own videos are %q in column %q", l.setting, l.column.name)
	}
}

// Only the paper's preset in all its steps on as many trajectories is as long as the paper.
func TestShorterThanThePaper(t *testing.T) {
	of := func(preset string, trajectories, done int, sets ...string) Entry {
		e := entry(t, "x", "hgn", preset, "pendulum", 10, sets...)
		e.Config.Data.Recipe.Trajectories = trajectories
		if preset == "paper" {
			e.Config.Data.Recipe.Size = 64
		}
		if done >= 0 {
			e.Report.Steps = done
		}
		return resolved(t, e)
	}
	own := of("paper32", 50000, -1)
	own.Config.Data = ownVideos(t, "mine.gif")
	for name, c := range map[string]struct {
		Entry
		want bool
	}{
		"paper":                   {of("paper", 50000, -1), false},
		"paper32":                 {of("paper32", 60000, -1), false},
		"few trajectories":        {of("paper32", 49999, -1), true},
		"interrupted":             {of("paper32", 50000, 100), true},
		"planned shorter":         {of("paper32", 50000, -1, "steps=100"), true},
		"another preset":          {of("cpu", 50000, -1), true},
		"own videos":              {own, true},
		"longer than the paper's": {of("paper", 50000, -1, "steps=99999"), false},
	} {
		l, err := label(c.Entry)
		if err != nil {
			t.Fatal(err)
		}
		if l.short != c.want {
			t.Errorf("%s: short is %v", name, l.short)
		}
	}
}
