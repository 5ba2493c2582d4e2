//go:build linux

package notebook

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// A training needs as much memory, and as many goroutines and open files, at its end as after its beginning, while it is drawn as
// nb.Train draws it, saves, and is evaluated again and again. HGN_SOAK says for how long each model is trained, 240 steps without;
// GOMLX_BACKEND on what. The long form is
//
//	HGN_SOAK=30m go test ./pkg/notebook -run TestSoak/videos -v -timeout 1h
func TestSoak(t *testing.T) {
	s := soak{steps: 240, every: time.Nanosecond}
	if text := os.Getenv("HGN_SOAK"); text != "" {
		lasts, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		s = soak{steps: int(2000 * lasts.Seconds()), every: lasts / 60, lasts: lasts} // more steps than can be done in that time
	} else {
		defer func(draw, preview, share time.Duration) { drawEvery, previewEvery, costShare = draw, preview, share }(drawEvery, previewEvery, costShare)
		drawEvery, previewEvery, costShare = 100*time.Millisecond, 100*time.Millisecond, 2
	}
	backend := os.Getenv("GOMLX_BACKEND")
	runsHere(t)
	if backend != "" {
		t.Setenv("GOMLX_BACKEND", backend)
	}
	var err error
	if s.device, err = device.Open(device.Options{Notice: io.Discard}); err != nil {
		t.Fatal(err)
	}
	defer s.device.Close()
	s.shown = inKernel(t)
	for name, do := range map[string]func() (runs.Params, *Data){
		"videos": func() (runs.Params, *Data) {
			p := tiny()
			p.Steps, p.Batch = s.steps, 16
			return p, Simulate(physics.Pendulum(), Trajectories(200), Frames(8), Size(16))
		},
		"density": func() (runs.Params, *Data) {
			p := tinyFlow()
			p.Steps, p.Batch = s.steps, 256
			return p, Density("gaussians4", Points(5000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, data := do()
			s.train(t, name, p, data)
		})
	}
}

// soakSlack is how much memory, in bytes, caches may still take in after the first third of few steps: less than the frames of those
// that follow.
const soakSlack = 4 << 20

// soak is a training that is watched.
type soak struct {
	steps  int           // after which it ends
	lasts  time.Duration // after which it is stopped; 0 if it is not
	every  time.Duration // between two checkpoints
	device *device.Device
	shown  func() int // pictures so far
}

// done is the part of the training that is done.
func (s soak) done(began time.Time, step int) float64 {
	if s.lasts > 0 {
		return float64(time.Since(began)) / float64(s.lasts)
	}
	return float64(step+1) / float64(s.steps)
}

// train trains, measures six times in each third, and fails the test where anything grows after the first third.
func (s soak) train(t *testing.T, name string, p runs.Params, data *Data) {
	run, err := runs.Create(filepath.Join(Folder(), name), runs.ConfigOf(p, data.source))
	if err != nil {
		t.Fatal(err)
	}
	view, err := newLive(newRun(run))
	if err != nil {
		t.Fatal(err)
	}
	stdout = io.Discard
	defer func() { stdout = os.Stdout }()
	view.start()
	defer view.stop()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began, before, evaluations := time.Now(), s.shown(), 0
	var samples []usage
	result, err := run.Train(ctx, s.device, runs.Options{Every: s.every, Observe: []func(training.Event){view.parts[0].observe}, Preview: func(m runs.Model, step int) {
		view.parts[0].preview(m, step)
		done := s.done(began, step)
		if run.Trained() && done > float64(evaluations)/18 {
			if err := evaluate(run, s.device); err != nil {
				t.Errorf("step %d: %v", step, err)
				cancel()
			}
			evaluations++
		}
		if done > float64(len(samples)+1)/36 {
			samples = append(samples, used(time.Since(began)))
		}
		if s.lasts > 0 && done >= 1 {
			cancel()
		}
	}})
	drawn := s.shown() - before
	if err != nil || result.Interrupted != (s.lasts > 0) || len(samples) < 30 || evaluations < 10 || drawn < 5 {
		t.Fatalf("%+v, %v: %d samples, %d evaluations, %d pictures", result, err, len(samples), evaluations, drawn)
	}
	// Drawing beside the training only adds to a sample, so that the least of several is without it.
	first, last := least(samples[12:24]), least(samples[24:])
	most := slices.MaxFunc(samples, func(a, b usage) int { return a.rss - b.rss })
	t.Logf("%d steps in %.0f s on %s, %d evaluations, %d pictures\n%v after warm-up\n%v in the end\n%v most", result.Steps, result.Seconds, s.device.Name, evaluations, drawn, first, last, most)
	slack := 0
	if s.lasts == 0 {
		slack = soakSlack
	}
	if last.rss > first.rss+first.rss/20+slack || last.heap > first.heap+first.heap/20+soakSlack || last.goroutines > first.goroutines || last.files > first.files {
		for _, s := range samples {
			t.Log(s)
		}
		t.Errorf("what the training uses grows from %v to %v", first, last)
	}
}

// evaluate measures the last checkpoint, as hgn eval does.
func evaluate(run *runs.Run, d *device.Device) (err error) {
	if run.OfDensity() {
		_, err = run.EvaluateDensity(context.Background(), d, 50)
	} else {
		_, err = run.Evaluate(context.Background(), d, 5)
	}
	return err
}

// usage is what this process uses.
type usage struct {
	at         time.Duration
	rss, heap  int // bytes: resident, and of Go's living objects
	goroutines int
	files      int // open
}

func (u usage) String() string {
	return fmt.Sprintf("%v: %.1f MiB resident, %.2f MiB of Go's heap, %d goroutines, %d open files", u.at.Round(time.Second), float64(u.rss)/(1<<20), float64(u.heap)/(1<<20), u.goroutines, u.files)
}

// used collects garbage, twice for what waits for its finalizer, and measures what is left.
func used(at time.Duration) usage {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := usage{at: at, heap: int(m.HeapAlloc), goroutines: runtime.NumGoroutine()}
	status, _ := os.ReadFile("/proc/self/status")
	if _, after, ok := bytes.Cut(status, []byte("VmRSS:")); ok {
		kib, _ := strconv.Atoi(string(bytes.Fields(after)[0]))
		u.rss = kib << 10
	}
	files, _ := os.ReadDir("/proc/self/fd")
	u.files = len(files)
	return u
}

// least is the least of each kind.
func least(samples []usage) usage {
	u := samples[0]
	for _, s := range samples[1:] {
		u.at, u.rss, u.heap = s.at, min(u.rss, s.rss), min(u.heap, s.heap)
		u.goroutines, u.files = min(u.goroutines, s.goroutines), min(u.files, s.files)
	}
	return u
}

// inKernel lets the test run as a program of a GoNB kernel that takes every picture and shows none. It returns the number of
// pictures so far.
func inKernel(t *testing.T) (pictures func() int) {
	dir := t.TempDir()
	var pipes [2]*os.File
	for i, variable := range []string{protocol.GONB_PIPE_ENV, protocol.GONB_PIPE_BACK_ENV} {
		path := filepath.Join(dir, variable)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv(variable, path)
		var err error
		if pipes[i], err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
			t.Fatal(err)
		}
	}
	inNotebook, gonbui.IsNotebook = true, true
	t.Cleanup(func() {
		inNotebook, gonbui.IsNotebook = false, false
		pipes[0].Close()
	})
	counted := make(chan int, 1)
	counted <- 0
	go func() {
		from, to := gob.NewDecoder(pipes[0]), gob.NewEncoder(pipes[1])
		for {
			message := &protocol.DisplayData{}
			if from.Decode(message) != nil {
				return
			}
			if asked, ok := message.Data[protocol.MIMECommValue].(*protocol.CommValue); ok && asked.Address == protocol.GonbuiSyncAddress {
				to.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: asked.Value})
			}
			if message.Data[protocol.MIMEImagePNG] != nil {
				counted <- 1 + <-counted
			}
		}
	}()
	return func() int {
		n := <-counted
		counted <- n
		return n
	}
}
