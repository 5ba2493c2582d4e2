package dataset

import "hgn.local/pkg/badinput"

const (
	// maxAnimation is the largest number of pixels that all frames of an animation may have together.
	maxAnimation = 2 << 30
	// maxEmpty is the largest number of pixels of an animation's screen that no frame fills: a few bytes may claim them.
	maxEmpty = 16 << 20
	// mostOften bounds how often a pixel of a long animation is shown, on average: a few bytes may claim many frames of a
	// large screen.
	mostOften = 16
)

// checkAnimation refuses an animation whose frames, of so many pixels together, take too much memory or time.
func checkAnimation(path string, frames, width, height, pixels int) error {
	if err := checkPicture(path, width, height); err != nil {
		return err
	}
	if pixels > maxAnimation {
		return badinput.Errorf("%s has %d frames of %dx%d pixels, more than %d megapixels in all: make its frames smaller, or cut it in several",
			path, frames, width, height, maxAnimation>>20)
	}
	if screen := width * height; screen > maxEmpty && screen > pixels {
		return badinput.Errorf("%s says that it is %dx%d pixels, but its frames have fewer in all: save it with whole frames", path, width, height)
	}
	if shown := frames * width * height; shown > maxAnimation && shown/mostOften > pixels {
		return badinput.Errorf("%s says that it is %d frames of %dx%d pixels, which hardly change: crop it to what moves, or cut it in several", path, frames, width, height)
	}
	return nil
}

func unequalTimes(path string) error {
	return badinput.Errorf("%s shows its frames for unequal times, which are no multiples of one: save it with equal times, or its frames as .png files taken at equal times", path)
}

func sum(counts []int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}
