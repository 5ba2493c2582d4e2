package ffmpeg

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

const (
	maxPixels = 64 << 20 // the most pixels of a picture
	maxFrames = 1 << 20  // the most pictures of a film: some ten hours
)

// Film is what ffprobe says about a film.
type Film struct {
	Path          string
	Width, Height int       // of the pictures, upright and with square pixels
	Times         []float64 // time of each picture in seconds
	Tick          float64   // unit of the file's times in seconds, to which they are rounded
	Rate          float64   // pictures a second that the file announces; 0 if it does not say
}

// stream is ffprobe's answer for a video stream.
type stream struct {
	Width    int
	Height   int
	Aspect   string `json:"sample_aspect_ratio"`
	TimeBase string `json:"time_base"`
	Rate     string `json:"avg_frame_rate"`
	SideData []struct {
		Rotation float64
	} `json:"side_data_list"`
}

// Look surveys a film. It fails, with an error that is marked as bad input, if ffprobe is not installed, if the file is no
// film that it can read whole, or if its size is false.
func Look(ctx context.Context, path string) (*Film, error) {
	f := &Film{Path: path}
	s, err := f.stream(ctx)
	if err != nil {
		return nil, err
	}
	width, height := float64(s.Width), float64(s.Height)
	if aspect := ratio(s.Aspect, ":"); aspect > 0 {
		width = math.Max(1, math.Round(width*aspect))
	}
	for _, d := range s.SideData {
		if turn := math.Abs(d.Rotation); math.Abs(turn-90) < 1 || math.Abs(turn-270) < 1 {
			width, height = height, width
		}
	}
	if !(min(s.Width, s.Height) > 0 && width*height <= maxPixels && float64(s.Width)*float64(s.Height) <= maxPixels) {
		return nil, badinput.Errorf("%s says that its pictures have %.0fx%.0f pixels; films of 1 to %d megapixels can be read", path, width, height, maxPixels>>20)
	}
	f.Width, f.Height = int(width), int(height)
	f.Tick, f.Rate = ratio(s.TimeBase, "/"), ratio(s.Rate, "/")
	return f, f.times(ctx, s)
}

// ratio reads a ratio such as 30000/1001; it is 0 for none.
func ratio(text, sign string) float64 {
	a, b, _ := strings.Cut(text, sign)
	x, err := strconv.ParseFloat(a, 64)
	y, failed := strconv.ParseFloat(b, 64)
	if err != nil || failed != nil || !(x > 0 && y > 0) {
		return 0
	}
	return x / y
}

// probe asks ffprobe for entries about the first video stream that is not a picture of a cover.
func (f *Film) probe(ctx context.Context, entries, form string, read func(answer io.Reader) error) error {
	film, err := input(f.Path)
	if err != nil {
		return err
	}
	p, err := start(ctx, "ffprobe", f.Path, nil, append([]string{"-v", "error", "-max_pixels", strconv.Itoa(maxPixels),
		"-select_streams", "V:0", "-show_entries", entries, "-of", form}, film...)...)
	if err != nil {
		return err
	}
	return p.finish(ctx, read(p.out))
}

func (f *Film) noStream() error {
	return short{badinput.Errorf("%s holds no video stream: give a film with pictures", f.Path)}
}

func (f *Film) stream(ctx context.Context) (stream, error) {
	var answer struct{ Streams []stream }
	err := f.probe(ctx, "stream=width,height,sample_aspect_ratio,time_base,avg_frame_rate:stream_side_data=rotation", "json", func(out io.Reader) error {
		err := json.NewDecoder(io.LimitReader(out, 1<<20)).Decode(&answer)
		if err != nil || len(answer.Streams) == 0 {
			return f.noStream()
		}
		return nil
	})
	if err != nil {
		return stream{}, err
	}
	return answer.Streams[0], nil
}

// times reads the times of all pictures, and refuses films whose pictures change their size.
func (f *Film) times(ctx context.Context, s stream) error {
	return f.probe(ctx, "frame=best_effort_timestamp_time,width,height", "compact", func(out io.Reader) error {
		lines := newLines(out)
		for lines.Scan() {
			if !strings.HasPrefix(lines.Text(), "frame|") {
				continue
			}
			said := map[string]string{}
			for _, field := range strings.Split(lines.Text(), "|") {
				key, value, _ := strings.Cut(field, "=")
				said[key] = value
			}
			if said["width"] != strconv.Itoa(s.Width) || said["height"] != strconv.Itoa(s.Height) {
				return badinput.Errorf("%s changes the size of its pictures from %dx%d to %sx%s: cut it there", f.Path, s.Width, s.Height, said["width"], said["height"])
			}
			t, err := strconv.ParseFloat(said["best_effort_timestamp_time"], 64)
			if err != nil || math.IsNaN(t) || math.IsInf(t, 0) {
				return badinput.Errorf("%s does not say when its picture %d was taken, counted from 0: save it anew by ffmpeg", f.Path, len(f.Times))
			}
			if f.Times = append(f.Times, t); len(f.Times) > maxFrames {
				return badinput.Errorf("%s has more than %d pictures: cut it", f.Path, maxFrames)
			}
		}
		return lines.Err()
	})
}
