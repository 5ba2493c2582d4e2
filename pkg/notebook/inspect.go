package notebook

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"hgn.local/pkg/badinput"
)

// Inspect says what Load would make of files, with the same options, or why it cannot; unlike Load it lets the cell
// go on.
func Inspect(path string, opts ...Option) {
	cell(func() error {
		text, err := inspect(path, opts)
		if badinput.Is(err) {
			text, err = "**"+filepath.Base(path)+"**, not yet: "+oneLine(relative(path, err.Error()))+".", nil
		}
		if err != nil {
			return err
		}
		showMarkdown(text)
		return nil
	})
}

func inspect(path string, opts []Option) (string, error) {
	d, err := load("Inspect", path, opts)
	if err != nil {
		return "", err
	}
	train, err := d.source.Train(context.Background(), nil)
	if err != nil {
		return "", err
	}
	test, err := d.source.Test(context.Background(), 0)
	if err != nil {
		return "", err
	}
	kind := "videos"
	if test.Clips != nil {
		kind = "clips"
	}
	return fmt.Sprintf("**%s**: %d %s of %d frames, %d × %d pixels, dt = %g; %d to train on, and %d held out to test on.",
		filepath.Base(path), train.Clips.N+test.N, kind, test.T, test.Size, test.Size, test.Dt, train.Clips.N, test.N), nil
}

// relative names files in a message as the caller did, instead of by their absolute paths.
func relative(path, message string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return strings.ReplaceAll(message, abs, path)
	}
	return message
}
