package training

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/pkg/progress"
)

func TestReadLog(t *testing.T) {
	dir := t.TempDir()
	_, err := ReadLog(dir)
	isBad(t, err, "nothing was trained in this folder")
	lines := []string{
		`{"attempt":0,"step":2,"losses":{"loss":4},"seconds":0.5}`,
		`{"event":"restart","attempt":1,"step":3,"seconds":0.6,"reason":"folded"}`,
		`{"attempt":1,"step":2,"losses":{"loss":3},"seconds":1.5}`,
		`{"attempt":1,"step":4,"losses":{"loss":2,"kl":9},"seconds":2.5}`,
	}
	text := strings.Join(lines, "\n") + "\n"
	for name, tail := range map[string]string{"whole": "", "cut short": `{"attempt":1,"st`, "zeros": "\x00\x00\x00"} {
		write1(t, []byte(text+tail), dir, LogFile)
		log, err := ReadLog(dir)
		if err != nil {
			t.Fatal(name, err)
		}
		kl := log.Losses["kl"]
		if log.Attempt != 1 || !slices.Equal(log.Steps, []float64{2, 4}) || !slices.Equal(log.Losses["loss"], []float64{3, 2}) ||
			!slices.Equal(log.Seconds, []float64{1.5, 2.5}) || len(kl) != 2 || !math.IsNaN(kl[0]) || kl[1] != 9 ||
			len(log.Earlier) != 1 || !slices.Equal(log.Earlier[0].Losses["loss"], []float64{4}) || !slices.Equal(log.Restarts, []Restart{{1, 3, "folded"}}) {
			t.Errorf("%s: %+v", name, log)
		}
	}
	write1(t, []byte(lines[0]+"\n{broken\n"+lines[1]+"\n"), dir, LogFile)
	_, err = ReadLog(dir)
	isBad(t, err, "damaged in line 2")
}

// A long training logs about 2000 points, each the mean over the steps since the one before.
func TestTheCurveIsThinned(t *testing.T) {
	dir := t.TempDir()
	task := &still{10001, storeOf(t, map[string]any{"/w": float32(1)})}
	train(t, task, Options{Dir: dir})
	log, err := ReadLog(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(log.Steps); n != 1667 || log.Steps[0] != 6 || log.Steps[n-1] != 10001 {
		t.Fatalf("%d points from step %g to %g", n, log.Steps[0], log.Steps[n-1])
	}
	from := 0
	for i, step := range log.Steps {
		sum := 0.0
		for n := from; n < int(step); n++ {
			l, _ := task.Step(n)
			sum += l["loss"]
		}
		if want := sum / (step - float64(from)); math.Abs(log.Losses["loss"][i]-want) > 1e-12*want {
			t.Fatalf("point %d is %g, want the mean %g", i, log.Losses["loss"][i], want)
		}
		from = int(step)
	}
}

// still is a task that changes nothing.
type still struct {
	steps int
	store *model.Store
}

func (s *still) Steps() int          { return s.steps }
func (s *still) Store() *model.Store { return s.store }
func (s *still) Step(step int) (Losses, error) {
	return Losses{"loss": 2 + math.Sin(float64(step))}, nil
}

// A machine that now and then does something else, for as long as fifty steps, spoils no prediction.
func TestPaceOfABusyMachine(t *testing.T) {
	var p pace
	now := time.Now()
	const steps = 2000
	step := func(k int) {
		d := 20 * time.Millisecond
		if k%150 < 2 {
			d = time.Second
		}
		p.step(now, now.Add(d), nil, steps)
		now = now.Add(d)
	}
	for k := range steps * 9 / 10 {
		step(k)
		mean := (148*20*time.Millisecond + 2*time.Second) / 150
		if left, want := p.left([]stretch{{steps: 100}}, 0), 100*mean; k > 450 && (left > want*5/4 || left < want*3/4) {
			t.Fatalf("after %d steps, %v for 100 steps instead of %v", k, left, want)
		}
	}
}

func TestPace(t *testing.T) {
	var p pace
	now := time.Now()
	step := func(d time.Duration) { p.step(now, now.Add(d), nil, 100); now = now.Add(d) }
	left := func(steps int) time.Duration { return p.left([]stretch{{steps: steps}}, 0) }
	step(9 * time.Second) // compiles
	if p.median() != 0 || p.rate() != 0 || left(3) != 0 {
		t.Errorf("after one step: median %g, rate %g", p.median(), p.rate())
	}
	for range 100 {
		step(time.Second)
	}
	step(time.Minute)
	for range paceWindow {
		step(250 * time.Millisecond)
	}
	if p.median() != 1 || math.Abs(p.rate()-4) > 1e-9 || left(8) != 2*time.Second {
		t.Errorf("median %g, rate %g, left %s", p.median(), p.rate(), left(8))
	}
	p.compiles()
	step(time.Hour)
	if p.rate() != 0 || p.median() != 1 {
		t.Errorf("after compiling again: median %g, rate %g", p.median(), p.rate())
	}
}

func TestSmoothing(t *testing.T) {
	m := Meta{}
	for i := 1; i <= 50; i++ {
		m.Step, m.Losses = i, Losses{"loss": float64(i)}
		m.smooth()
	}
	if math.Abs(m.Smoothed["loss"]-25.5) > 1e-12 {
		t.Errorf("the mean of 1..50 is %g", m.Smoothed["loss"])
	}
	m.Step, m.Losses = 51, Losses{"loss": 75.5, "kl": 3}
	m.smooth()
	if math.Abs(m.Smoothed["loss"]-26.5) > 1e-12 || m.Smoothed["kl"] != 3 {
		t.Errorf("smoothed %v", m.Smoothed)
	}
}

func TestConsole(t *testing.T) {
	e := Event{Kind: Progress, Step: 1200, Steps: 5000, Smoothed: Losses{"mse": 0.00123456, "loss": 12.25, "kl": 110},
		Elapsed: 100 * time.Second, Left: 306 * time.Second, StepsPerSecond: 12.42}
	const want = "step 1200/5000 (24%)  1m40s, 5m06s left  12.4 steps/s  loss 12.25  kl 110  mse 0.001235"
	held := 0.00098765
	if got, want := status(Event{Step: 1, Steps: 2, HeldOut: &held, Elapsed: time.Second}), "step 1/2 (50%)  1.0s  held out 0.0009877"; got != want {
		t.Errorf("status %q, want %q", got, want)
	}
	if got := status(e); got != want {
		t.Errorf("status %q, want %q", got, want)
	}
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		observe := Console(progress.New(&b))
		observe(Event{Kind: Started})
		observe(Event{Kind: Compiling, Message: "the training step"})
		time.Sleep(10200 * time.Millisecond)
		observe(Event{Kind: Started, Message: "going on from step 3"})
		for range 3 {
			observe(e) // too soon
		}
		time.Sleep(11 * time.Second)
		observe(e)
		observe(e)
		observe(Event{Kind: Checkpointed})
		observe(Event{Kind: Restarted, Attempt: 1, Message: "folded"})
		observe(Event{Kind: Interrupted, Step: 4, Steps: 9})
		observe(Event{Kind: Failed, Message: "as the caller will say"})
		observe(Event{Kind: Finished, Step: 9, Steps: 9, Elapsed: 3700 * time.Second, Smoothed: Losses{"loss": 1}})
		lines := "compiling the training step  running, 10s\n" + "going on from step 3\n" + want + "\nattempt 2 begins: folded\ninterrupted at step 4 of 9\n9 steps in 1h01m  loss 1\n"
		if b.String() != lines {
			t.Errorf("printed %q, want %q", b.String(), lines)
		}
	})
	if got := fmt.Sprint(Kind(0), Failed); got != "started failed" {
		t.Errorf("kinds %q", got)
	}
}
