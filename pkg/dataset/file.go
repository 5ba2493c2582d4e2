package dataset

import (
	"encoding/json"
	"math"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// Save writes the set as an .npz file (see the package documentation for its arrays). The file appears, or replaces
// an older one, only when it is complete and on the disk.
func (s *Dataset) Save(path string) error { return s.save(path, false) }

// SavePlain is Save with frames that are not compressed, so that one video can be read by itself; see npz.File.Place.
func (s *Dataset) SavePlain(path string) error { return s.save(path, true) }

func (s *Dataset) save(path string, plain bool) error {
	if s.N == 0 {
		return badinput.Errorf("cannot write %s: the data set holds no trajectory", path)
	}
	arrays := []npz.Array{
		{Name: "frames", Shape: []int{s.N, s.T, s.Size, s.Size, 3}, Data: s.Frames, Plain: plain},
		{Name: "dt", Data: []float64{s.Dt}},
	}
	if s.Q != nil && s.P != nil {
		arrays = append(arrays,
			npz.Array{Name: "q", Shape: []int{s.N, s.T, s.D}, Data: s.Q},
			npz.Array{Name: "p", Shape: []int{s.N, s.T, s.D}, Data: s.P})
	}
	if s.Energy != nil {
		arrays = append(arrays, npz.Array{Name: "energy", Shape: []int{s.N, s.T}, Data: s.Energy})
	}
	if s.System != "" {
		arrays = append(arrays, npz.Array{Name: "system", Shape: []int{len(s.System)}, Data: []uint8(s.System)})
	}
	if s.Constants != "" {
		arrays = append(arrays, npz.Array{Name: "constants", Shape: []int{len(s.Constants)}, Data: []uint8(s.Constants)})
	}
	if s.Vary != "" {
		arrays = append(arrays, npz.Array{Name: "vary", Shape: []int{len(s.Vary)}, Data: []uint8(s.Vary)},
			npz.Array{Name: "varied", Shape: []int{s.N, len(s.Varied) / s.N}, Data: s.Varied})
	}
	if s.Clips != nil {
		data := make([]float64, 0, 2*s.N)
		for _, c := range s.Clips {
			data = append(data, float64(c.Video), float64(c.Start))
		}
		arrays = append(arrays, npz.Array{Name: "clips", Shape: []int{s.N, 2}, Data: data})
	}
	if s.Noise != 0 {
		arrays = append(arrays, npz.Array{Name: "noise", Data: []float64{s.Noise}})
	}
	if s.Recipe != nil {
		text, err := json.Marshal(s.Recipe)
		if err != nil {
			return err
		}
		arrays = append(arrays, npz.Array{Name: "recipe", Shape: []int{len(text)}, Data: text})
	}
	return npz.Write(path, arrays...)
}

// Load reads a set from an .npz file that Save wrote, or any other with the arrays frames and dt. Its errors describe
// the file's fault in one sentence, and are marked as bad input.
func Load(path string) (*Dataset, error) { return load(path, 0) }

// load is Load; a positive dt replaces a missing array dt.
func load(path string, dt float64) (*Dataset, error) {
	file, err := npz.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()

	s := &Dataset{}
	if s.Dt, err = loadDt(file, path, dt); err != nil {
		return nil, err
	}
	if err := s.loadFrames(file, path); err != nil {
		return nil, err
	}
	if err := s.loadStates(file, path); err != nil {
		return nil, err
	}
	if err := s.loadClips(file, path); err != nil {
		return nil, err
	}
	s.loadOrigin(file)
	return s, nil
}

func loadDt(file *npz.File, path string, given float64) (float64, error) {
	if !file.Has("dt") {
		if given > 0 {
			return given, nil
		}
		return 0, badinput.Errorf("%s has no array dt: add the time between two frames as a float64 scalar", path)
	}
	_, dt, err := file.Float64("dt")
	if err != nil {
		return 0, err
	}
	if len(dt) != 1 || dt[0] <= 0 {
		return 0, badinput.Errorf("%s: dt must be one positive number, the time between two frames, not %v", path, dt[:min(3, len(dt))])
	}
	if given > 0 && given != dt[0] {
		return 0, badinput.Errorf("%s says that dt, the time between two frames, is %g, not %g: leave Dt out", path, dt[0], given)
	}
	return dt[0], nil
}

func (s *Dataset) loadFrames(file *npz.File, path string) error {
	shape, frames, err := file.Uint8("frames")
	if err != nil {
		return badinput.Errorf("%w (frames are uint8 [trajectories, time, height, width, 3], from 0 to 255)", err)
	}
	switch {
	case len(shape) == 4 && shape[3] != 3 || len(shape) == 3:
		return badinput.Errorf("%s: frames have the shape %v, but [trajectories, time, height, width, 3] is expected: of grey frames [..., height, width] make colours with numpy.repeat(frames[..., None], 3, axis=-1), and of a single video a list with frames[None]", path, shape)
	case len(shape) == 4:
		return badinput.Errorf("%s: frames have the shape %v, but [trajectories, time, height, width, 3] is expected: of a single video make a list with frames[None]", path, shape)
	case len(shape) != 5:
		return badinput.Errorf("%s: frames have the shape %v, but [trajectories, time, height, width, 3] is expected", path, shape)
	case shape[4] == 1:
		return badinput.Errorf("%s: frames have 1 channel, but 3 are expected (red, green, blue): make three equal ones of it with numpy.repeat(frames, 3, axis=-1)", path)
	case shape[4] != 3 && shape[2] == 3:
		return badinput.Errorf("%s: frames have the shape %v, but [trajectories, time, height, width, 3] is expected: move the channels to the end with numpy.moveaxis(frames, 2, -1)", path, shape)
	case shape[4] == 4:
		return badinput.Errorf("%s: frames have 4 channels, but 3 are expected (red, green, blue): leave out the transparency with frames[..., :3]", path)
	case shape[4] != 3:
		return badinput.Errorf("%s: frames have the shape %v with %d channels at the end, but 3 are expected (red, green, blue)", path, shape, shape[4])
	case shape[2] != shape[3]:
		return badinput.Errorf("%s: frames are %d x %d pixels, but they must be square: cut them to %d x %d", path, shape[3], shape[2], min(shape[2], shape[3]), min(shape[2], shape[3]))
	case shape[2] < minSize || shape[2] > maxSize:
		return badinput.Errorf("%s: frames are %d pixels wide, but %d to %d are expected", path, shape[2], minSize, maxSize)
	case shape[1] < 2:
		return badinput.Errorf("%s: a video needs at least 2 frames, not %d", path, shape[1])
	case shape[0] < 1:
		return badinput.Errorf("%s holds no trajectory", path)
	}
	s.N, s.T, s.Size, s.Frames = shape[0], shape[1], shape[2], frames
	return nil
}

// loadStates reads q, p and energy, each of which may be absent.
func (s *Dataset) loadStates(file *npz.File, path string) error {
	if file.Has("q") != file.Has("p") {
		return badinput.Errorf("%s has only one of the arrays q and p: give both or none", path)
	}
	for name, to := range map[string]*[]float64{"q": &s.Q, "p": &s.P, "energy": &s.Energy} {
		if !file.Has(name) {
			continue
		}
		shape, data, err := file.Float64(name)
		if err != nil {
			return err
		}
		rank, form := 3, "[trajectories, time, coordinates]"
		if name == "energy" {
			rank, form = 2, "[trajectories, time]"
		}
		if len(shape) != rank || shape[0] != s.N || shape[1] != s.T || len(data) == 0 {
			return badinput.Errorf("%s: %s has the shape %v, which does not go with %d trajectories of %d frames (%s)", path, name, shape, s.N, s.T, form)
		}
		*to = data
	}
	if s.Q != nil {
		if len(s.Q) != len(s.P) {
			return badinput.Errorf("%s: q and p differ in their number of coordinates (%d and %d)", path, len(s.Q)/(s.N*s.T), len(s.P)/(s.N*s.T))
		}
		s.D = len(s.Q) / (s.N * s.T)
	}
	return nil
}

// loadClips reads which frames of longer videos the trajectories are; clips may be absent.
func (s *Dataset) loadClips(file *npz.File, path string) error {
	if !file.Has("clips") {
		return nil
	}
	shape, data, err := file.Float64("clips")
	if err != nil {
		return err
	}
	if len(shape) != 2 || shape[0] != s.N || shape[1] != 2 {
		return badinput.Errorf("%s: clips has the shape %v, which does not go with %d trajectories ([trajectories, 2]: video, first frame)", path, shape, s.N)
	}
	s.Clips = make([]Clip, s.N)
	for i := range s.Clips {
		for _, x := range data[2*i : 2*i+2] {
			if x < 0 || x != math.Trunc(x) || x > math.MaxInt32 {
				return badinput.Errorf("%s: clip %d begins at frame %g of video %g; both must be whole numbers from 0 on", path, i, data[2*i+1], data[2*i])
			}
		}
		s.Clips[i] = Clip{Video: int(data[2*i]), Start: int(data[2*i+1])}
	}
	for i := range s.N - 1 {
		if a, b := s.Clips[i], s.Clips[i+1]; b.Video < a.Video || b.Video == a.Video && b.Start < a.Start {
			return badinput.Errorf("%s: clip %d comes before clip %d in time; clips must be in the order of their videos and frames", path, i+1, i)
		}
	}
	return nil
}

// loadOrigin reads where the set comes from. That is a convenience: entries that cannot be read, or do not fit, stay
// unknown.
func (s *Dataset) loadOrigin(file *npz.File) {
	if _, name, err := file.Uint8("system"); err == nil {
		s.System = string(name)
	}
	if file.Has("constants") {
		_, text, err := file.Uint8("constants")
		if err != nil || s.Constants.UnmarshalJSON(text) != nil {
			s.System = "" // the constants make it another system than the default one
		}
	}
	if file.Has("vary") {
		_, text, err := file.Uint8("vary")
		shape, varied, failed := file.Float64("varied")
		if err != nil || failed != nil || s.Vary.UnmarshalJSON(text) != nil || len(shape) != 2 || shape[0] != s.N || shape[1] != len(s.Vary.Names()) {
			s.System, s.Vary = "", "" // the systems of the trajectories are unknown
		}
		s.Varied = varied
	}
	if _, noise, err := file.Float64("noise"); err == nil && len(noise) == 1 && noise[0] > 0 {
		s.Noise = noise[0]
	}
	var r Recipe
	_, text, err := file.Uint8("recipe")
	if err != nil || json.Unmarshal(text, &r) != nil {
		return
	}
	if r.System == s.System && r.Constants == s.Constants && r.Trajectories == s.N && r.Frames == s.T && r.Size == s.Size &&
		math.Float64bits(r.Dt) == math.Float64bits(s.Dt) {
		s.Recipe = &r
	}
}
