package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

// Dataset is N videos of T frames with, if known, the states behind them.
type Dataset struct {
	System     string    // name of the physical system; "" when unknown
	Constants  Constants // of the system, if they differ from its defaults
	N, T, Size int       // trajectories, frames of each, pixels along a frame's edge
	D          int       // degrees of freedom; 0 when the states are unknown
	Dt         float64   // time between two frames

	Frames []uint8   // [N, T, Size, Size, 3]
	Q, P   []float64 // clean states [N, T, D]; nil when unknown
	Energy []float64 // [N, T]; nil when unknown
	Clips  []Clip    // [N], in order of video and time; nil when every trajectory is a video of its own
	Films  []string  // file or folder of each video; nil when there is none, as of simulated ones

	Remarks []string // what Import did to frames that were not as they should be, in sentences; nil if nothing

	Vary   Ranges    // constants that differ from trajectory to trajectory
	Varied []float64 // [N, names]: their values, in the order of Vary.Names()

	Noise  float64 // standard deviation of the noise on each coordinate that the frames show; 0 when none or unknown
	Recipe *Recipe // makes exactly this set again; nil when unknown

	origin string // of frames that another program decoded, for Fingerprint
}

// Frame returns frame t of trajectory i, [Size, Size, 3]; it shares the set's memory.
func (s *Dataset) Frame(i, t int) []uint8 {
	n := s.frameBytes()
	o := (i*s.T + t) * n
	return s.Frames[o : o+n : o+n]
}

// State returns the clean state (q, p) behind frame t of trajectory i, or nil, nil if it is unknown.
func (s *Dataset) State(i, t int) (q, p []float64) {
	if s.Q == nil || s.P == nil {
		return nil, nil
	}
	o := (i*s.T + t) * s.D
	return s.Q[o : o+s.D : o+s.D], s.P[o : o+s.D : o+s.D]
}

// CleanFrame draws frame t of trajectory i without noise into dst, [Size, Size, 3].
func (s *Dataset) CleanFrame(i, t int, dst []uint8) error {
	if _, err := s.drawable(); err != nil {
		return err
	}
	if i < 0 || i >= s.N || t < 0 || t >= s.T {
		return badinput.Errorf("there is no frame %d of trajectory %d in a set of %d trajectories of %d frames", t, i, s.N, s.T)
	}
	if len(dst) < s.frameBytes() {
		return fmt.Errorf("a frame of %d pixels needs %d bytes, not %d", s.Size, s.frameBytes(), len(dst))
	}
	q, _ := s.State(i, t)
	return s.Draw(i, q, dst)
}

// drawable returns the system that can draw the set's clean states.
func (s *Dataset) drawable() (physics.System, error) {
	if s.System == "" || s.Q == nil || s.P == nil {
		return nil, badinput.Errorf("the states behind these frames are unknown (a video of your own?), so there are no clean frames")
	}
	return s.Physics()
}

// Subset returns the trajectories lo..hi-1; it shares the set's memory. Bounds outside of the set are clamped to it.
func (s *Dataset) Subset(lo, hi int) *Dataset {
	lo = min(max(lo, 0), s.N)
	hi = min(max(hi, lo), s.N)
	sub := *s
	sub.N = hi - lo
	sub.Frames = rows(s.Frames, lo, hi, s.T*s.frameBytes())
	sub.Q = rows(s.Q, lo, hi, s.T*s.D)
	sub.P = rows(s.P, lo, hi, s.T*s.D)
	sub.Energy = rows(s.Energy, lo, hi, s.T)
	sub.Clips = rows(s.Clips, lo, hi, 1)
	if s.Clips == nil {
		sub.Films = rows(s.Films, lo, hi, 1)
	}
	if s.N > 0 {
		sub.Varied = rows(s.Varied, lo, hi, len(s.Varied)/s.N)
	}
	sub.Recipe = nil
	if s.Recipe != nil && lo == 0 && hi > 0 { // trajectory i does not depend on their number
		r := *s.Recipe
		r.Trajectories = hi
		sub.Recipe = &r
	}
	return &sub
}

// Fingerprint returns a SHA-256 over the contents, in hexadecimal. It is equal for equal data, whatever its source; only frames
// of film files are known by the contents of the files, since versions of ffmpeg decode them with small differences.
func (s *Dataset) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %d %d %d %x\n", s.System, s.N, s.T, s.Size, s.D, math.Float64bits(s.Dt))
	if s.Constants != "" {
		fmt.Fprintf(h, "%s\n", s.Constants)
	}
	if s.Vary != "" {
		fmt.Fprintf(h, "%s %v\n", s.Vary, s.Varied)
	}
	if s.Clips != nil {
		fmt.Fprintf(h, "%v\n", s.Clips)
	}
	if s.origin != "" {
		fmt.Fprintf(h, "%s\n", s.origin)
	} else {
		h.Write(s.Frames)
	}
	buf := make([]byte, 0, 1<<16)
	for _, part := range [][]float64{s.Q, s.P, s.Energy} {
		fmt.Fprintf(h, "\n%d\n", len(part))
		for len(part) > 0 {
			n := min(len(part), cap(buf)/8)
			buf = buf[:0]
			for _, x := range part[:n] {
				buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(x))
			}
			h.Write(buf)
			part = part[n:]
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (s *Dataset) frameBytes() int { return s.Size * s.Size * 3 }

// rows returns the rows lo..hi-1, each of the given width, or nil without data.
func rows[E any](data []E, lo, hi, width int) []E {
	if data == nil {
		return nil
	}
	return data[lo*width : hi*width : hi*width]
}
