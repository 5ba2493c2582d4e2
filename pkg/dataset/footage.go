package dataset

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hgn.local/pkg/badinput"
)

// film is one source video before it is cut into clips.
type film struct {
	name  string // name of its folder or file, for messages
	reels []reel // the pieces in order of time
}

// reel is a piece of a film: a PNG file with one frame, a GIF, an animated PNG or a film file with all of them, or a
// trajectory of another data set.
type reel struct {
	name          string
	width, height int
	channels      int // 1: grey, 3: colour, 4: colour and transparency
	frames        int
	timed         bool    // it is an animation, whose file has a place for the times of its frames
	delay         float64 // time from one frame to the next in seconds; 0: unknown

	digest string // of the file, if another program decodes it, whose versions may differ in the last bit of a colour

	// read decodes the frames and calls see with each picture, the number in the reel of its first frame, and how many
	// frames it stands for.
	read func(ctx context.Context, see func(t, n int, frame image.Image)) error
	// remarks, if not nil, says in sentences what became of the frames; it is called after read.
	remarks func() []string
}

func (f film) frames() int {
	n := 0
	for _, r := range f.reels {
		n += r.frames
	}
	return n
}

// films finds the videos at path: a film file, a GIF or an animated PNG, a folder of one of these, of PNG files, or of folders
// of PNG files.
func films(ctx context.Context, path string) ([]film, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, badinput.Errorf("there is no file or folder %s", path)
	case err != nil:
		return nil, badinput.Errorf("cannot read %s: %w", path, err)
	case info.IsDir():
		return filmsIn(ctx, path)
	case hasExtension(path, ".gif"):
		return oneReel([]string{path}, gifReel)
	case isMovie(path):
		return oneReel([]string{path}, movies(ctx))
	case isPNG(path):
		r, err := pngReel(path)
		if err != nil {
			return nil, err
		}
		if !r.timed {
			return nil, badinput.Errorf("%s is a single picture: give the folder that holds the pictures of a video", path)
		}
		return []film{{path, []reel{r}}}, nil
	}
	return nil, badinput.Errorf("%s is of no kind that holds videos: use an .npz file, a film (%s), a .gif file, an animated .png file, or a folder of films, .gif or .png files", path, strings.Join(movieExtensions, ", "))
}

// filmsIn finds the videos in a folder. It ignores hidden files and files of other kinds.
func filmsIn(ctx context.Context, folder string) ([]film, error) {
	found, err := list(folder)
	if err != nil {
		return nil, err
	}
	pngs, gifs, folders := found.pngs, found.gifs, found.folders
	sequences := map[string][]string{}
	for _, sub := range folders {
		inside, err := list(sub)
		if err != nil {
			return nil, err
		}
		if len(inside.pngs) > 0 {
			sequences[sub] = inside.pngs
		}
	}
	folders = slices.DeleteFunc(folders, func(sub string) bool { return sequences[sub] == nil })

	var kinds []string
	if len(pngs) > 0 {
		kinds = append(kinds, fmt.Sprintf("%d .png files", len(pngs)))
	}
	if len(gifs) > 0 {
		kinds = append(kinds, fmt.Sprintf("%d .gif files", len(gifs)))
	}
	if len(found.movies) > 0 {
		kinds = append(kinds, fmt.Sprintf("%d films", len(found.movies)))
	}
	if len(folders) > 0 {
		kinds = append(kinds, fmt.Sprintf("%d folders of .png files", len(folders)))
	}
	switch {
	case len(kinds) == 0:
		return nil, badinput.Errorf("%s holds no video: it has no films, no .png files, no .gif files and no folders with .png files in them", folder)
	case len(kinds) > 1:
		return nil, badinput.Errorf("%s holds %s: keep videos of one kind in a folder, so that it is clear what is a video", folder, strings.Join(kinds, " and "))
	case len(gifs) > 0:
		return oneReel(gifs, gifReel)
	case len(found.movies) > 0:
		return oneReel(found.movies, movies(ctx))
	case len(pngs) > 0:
		folders, sequences = []string{folder}, map[string][]string{folder: pngs}
	}
	var all []film
	for _, sub := range folders {
		found, err := pngFilms(sub, sequences[sub])
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// pngFilms returns the film whose frames are the PNG files of a folder, or the film that each of them is.
func pngFilms(folder string, paths []string) ([]film, error) {
	whole, animated := film{name: folder}, []film(nil)
	for _, path := range paths {
		r, err := pngReel(path)
		if err != nil {
			return nil, err
		}
		if r.timed {
			animated = append(animated, film{path, []reel{r}})
		} else {
			whole.reels = append(whole.reels, r)
		}
	}
	if len(animated) == 0 {
		if err := evenTimes(paths, stem); err != nil {
			return nil, badinput.Errorf("%s: %w", folder, err)
		}
		return []film{whole}, nil
	}
	if len(whole.reels) > 0 {
		return nil, badinput.Errorf("%s is an animation of %d frames and %s is one picture: keep videos and the frames of one in folders of their own",
			animated[0].name, animated[0].frames(), whole.reels[0].name)
	}
	return animated, nil
}

// oneReel returns the films of files that hold one each; survey reads what a file says about its film.
func oneReel(paths []string, survey func(path string) (reel, error)) ([]film, error) {
	var all []film
	for _, path := range paths {
		r, err := survey(path)
		if err != nil {
			return nil, err
		}
		all = append(all, film{path, []reel{r}})
	}
	return all, nil
}

// alike lists the extensions of pictures that may be frames too, but cannot be read: they are refused rather than
// ignored.
var alike = []string{".bmp", ".jpeg", ".jpg", ".tif", ".tiff", ".webp"}

// found lists what a folder holds, each kind in the order of the numbers in the names, see inOrder.
type found struct{ pngs, gifs, movies, folders []string }

// list looks into a folder. Beside PNG files it refuses pictures of other kinds, which would be missing from the film.
func list(folder string) (found, error) {
	var f found
	entries, err := os.ReadDir(folder)
	if err != nil {
		return f, badinput.Errorf("cannot read the folder %s: %w", folder, err)
	}
	odd := ""
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		info, err := os.Stat(path) // follows links
		switch {
		case strings.HasPrefix(entry.Name(), "."):
		case err != nil:
			if isPNG(path) || hasExtension(path, ".gif") || isMovie(path) {
				return f, badinput.Errorf("%s cannot be read: restore what it links to, or remove it", path)
			}
		case info.IsDir():
			f.folders = append(f.folders, path)
		case isPNG(path):
			f.pngs = append(f.pngs, path)
		case hasExtension(path, ".gif"):
			f.gifs = append(f.gifs, path)
		case isMovie(path):
			f.movies = append(f.movies, path)
		case slices.Contains(alike, strings.ToLower(filepath.Ext(path))):
			odd = path
		}
	}
	if odd != "" && len(f.pngs) > 0 {
		return f, badinput.Errorf("%s holds .png files and %s, which would not be read: convert it to .png, or move it away", folder, filepath.Base(odd))
	}
	for _, files := range [][]string{f.pngs, f.gifs, f.movies} {
		if err := inOrder(files, stem); err != nil {
			return f, badinput.Errorf("%s: %w", folder, err)
		}
	}
	if err := inOrder(f.folders, filepath.Base); err != nil {
		return f, badinput.Errorf("%s: %w", folder, err)
	}
	return f, nil
}

// isPNG tells whether a file is a PNG by its name, animated or not.
func isPNG(path string) bool { return hasExtension(path, ".png") || hasExtension(path, ".apng") }

// stem returns a file's name without its extension.
func stem(path string) string { return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) }

func hasExtension(path, extension string) bool {
	return strings.EqualFold(filepath.Ext(path), extension)
}
