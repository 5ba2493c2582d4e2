package notebook

import (
	"fmt"
	"image/color"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

const (
	// The live view is drawn, and a test video reconstructed, this often at most, and never for more than a thirtieth of
	// the time.
	drawEvery    = 2 * time.Second
	previewEvery = 4 * time.Second
	costShare    = 30
	// Time between the status lines on stdout, for who runs the notebook without seeing it.
	sayEvery = 5 * time.Second
	// perMSE is the papers' unit of pixel errors.
	perMSE = 1e4
)

// live is the view of a training under way: one picture that is drawn again and again, and a line of text.
type live struct {
	run   *runs.Run
	test  *dataset.Set // the first of its videos is reconstructed
	id    string       // of the display
	floor float64      // yardsticks: of the clean frames, 0 where unknown,
	mean  float64      // and of the mean frame
	quit  chan struct{}
	once  sync.Once // closes quit
	done  sync.WaitGroup

	mu     sync.Mutex // guards what follows
	status string
	films  []plots.Film
	said   int // length of the last status line

	// These belong to the training's goroutine, and afterwards to whoever waited for it.
	model       runs.Model
	nextPreview time.Time
	nextSay     time.Time
}

func newLive(r *runs.Run, test *dataset.Set) (l *live, err error) {
	l = &live{run: r, test: test, id: gonbui.UniqueId(), quit: make(chan struct{})}
	l.mean, l.floor, err = yardsticks(test)
	return l, err
}

// yardsticks are the pixel error of always showing the mean frame, and that of the clean frames, 0 where they are unknown.
func yardsticks(test *dataset.Set) (mean, floor float64, err error) {
	if mean, err = dataset.MeanFrameMSE(test, test); err == nil && test.Q != nil && test.System != "" {
		floor, err = test.NoiseFloorMSE()
	}
	return mean, floor, err
}

// start begins to draw, beside the training. The picture comes first, and all text after it.
func (l *live) start() {
	if !inNotebook {
		return
	}
	l.draw() // an error shows again, and is returned, at the end
	flush()
	l.done.Go(func() {
		wait := drawEvery / 4
		for {
			select {
			case <-l.quit:
				return
			case <-time.After(wait):
			}
			began := time.Now()
			l.draw()
			wait = max(drawEvery, costShare*time.Since(began))
		}
	})
}

// stop ends the drawing beside the training.
func (l *live) stop() {
	l.once.Do(func() { close(l.quit) })
	l.done.Wait()
}

// finish shows the end: the last reconstruction, the whole curve, and text.
func (l *live) finish(text string) error {
	if m, ok := l.model.(video.Model); ok {
		if err := l.reconstruct(m); err != nil {
			return err
		}
	}
	l.say(text)
	if inNotebook {
		fmt.Fprintln(stdout)
	}
	return l.draw()
}

// observe takes the training's events.
func (l *live) observe(e training.Event) {
	switch e.Kind {
	case training.Started:
		if e.Message != "" {
			l.say(e.Message)
		}
	case training.Restarted:
		l.say(fmt.Sprintf("attempt %d begins: %s", e.Attempt+1, e.Message))
		l.nextSay = time.Now().Add(sayEvery)
	case training.Progress:
		l.progress(describe(l.run.Params, runs.Videos(l.test).Shape, e))
	}
}

// preview reconstructs a test video now and then with the model under training.
func (l *live) preview(trained runs.Model, _ int) {
	l.model = trained
	m, ok := trained.(video.Model)
	if !ok || !inNotebook || time.Now().Before(l.nextPreview) {
		return
	}
	began := time.Now()
	if err := l.reconstruct(m); err != nil {
		l.nextPreview = began.Add(time.Hour) // it will not work in four seconds either; finish returns the error
		return
	}
	l.nextPreview = began.Add(max(previewEvery, costShare*time.Since(began)))
}

// reconstruct makes the films of target and reconstruction.
func (l *live) reconstruct(m video.Model) error {
	one := l.test.Subset(0, 1)
	start, err := quickStart(m, runs.Videos(one))
	if err != nil {
		return err
	}
	states, err := m.Rollout(start, one.Dt, one.T-1)
	if err != nil {
		return err
	}
	all := video.States{N: len(states), D: start.D}
	for _, s := range states {
		all.Q, all.P = append(all.Q, s.Q...), append(all.P, s.P...)
	}
	pixels, err := m.Draw(all)
	if err != nil {
		return err
	}
	n := len(pixels) / one.T
	learned := plots.Film{Label: "reconstruction"}
	for t := range one.T {
		learned.Frames = append(learned.Frames, runs.RGB(pixels[t*n:][:n]))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.films = []plots.Film{{Label: "target, a test video", Frames: frames(one, 0)}, learned}
	return nil
}

// quickStart infers the states at the first frames the quick way: that of an HGN is its encoder alone.
func quickStart(m video.Model, v video.Clips) (video.States, error) {
	h, ok := m.(*hgn.Model)
	if !ok {
		return m.Start(v)
	}
	s, err := h.Encode(v)
	if err != nil {
		return s, err
	}
	return h.First(s)
}

// say puts text into the picture, and on stdout in a line that is written over and over.
func (l *live) say(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = text
	width := len([]rune(text))
	if inNotebook {
		io.WriteString(stdout, "\r"+text+strings.Repeat(" ", max(0, l.said-width)))
		l.said = width
	} else {
		fmt.Fprintln(stdout, text)
	}
}

// progress is say, but on stdout only now and then.
func (l *live) progress(text string) {
	if now := time.Now(); now.After(l.nextSay) {
		l.nextSay = now.Add(sayEvery)
		l.say(text)
		return
	}
	l.mu.Lock()
	l.status = text
	l.mu.Unlock()
}

// draw displays the view as it is now.
func (l *live) draw() error {
	p, err := l.picture()
	if err != nil {
		return err
	}
	const alt = "Loss curve of the training, and a test video with its reconstruction"
	if inNotebook {
		return send(p, alt, l.id)
	}
	return showPicture(l.run.Dir, "training", alt, p)
}

func (l *live) picture() (*plots.Picture, error) {
	l.mu.Lock()
	view := plots.Live{Title: "Training " + l.run.Name(), Status: l.status, Size: l.test.Size, Films: l.films, Markers: marks(l.run.Params, runs.Videos(l.test).Shape)}
	l.mu.Unlock()
	log, err := training.ReadLog(l.run.Dir)
	if err != nil || len(log.Steps) == 0 { // before the first step there is no log
		return view.Picture()
	}
	name, values, pixels := errorsOf(log.Curve)
	view.Y, view.Loss = name, []plots.Series{{Name: "training batches", X: log.Steps, Y: values}}
	if !pixels {
		return view.Picture()
	}
	level := func(name string, mse, dash float64) plots.Series {
		return plots.Series{
			Name: name, X: []float64{log.Steps[0], log.Steps[len(log.Steps)-1]}, Y: []float64{mse * perMSE, mse * perMSE},
			Style: plots.Style{Color: color.NRGBA{0x6b, 0x6b, 0x6b, 0xff}, Dashes: []float64{dash, 2.5}, Width: 1.2},
		}
	}
	view.Loss = append(view.Loss, level("mean frame", l.mean, 6))
	if l.floor > 0 {
		view.Loss = append(view.Loss, level("noise floor", l.floor, 2))
	}
	return view.Picture()
}

// errorsOf are the errors of a training and what they are called: those of pixels, or, of a model that learns from states,
// its loss.
func errorsOf(c training.Curve) (name string, values []float64, pixels bool) {
	if mse := c.Losses["mse"]; slices.ContainsFunc(mse, func(x float64) bool { return x > 0 }) {
		return "pixel MSE × 10⁴", times10000(mse), true
	}
	return "loss", c.Losses["loss"], false
}

func times10000(mse []float64) []float64 {
	out := make([]float64, len(mse))
	for i, x := range mse {
		out[i] = x * perMSE
	}
	return out
}
