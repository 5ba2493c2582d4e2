package figures

import (
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
)

// PerMSE is the papers' unit of pixel errors: they are written times 10⁴.
const PerMSE = 1e4

// Times10000 converts pixel errors to the unit of PerMSE.
func Times10000(mse []float64) []float64 {
	out := make([]float64, len(mse))
	for i, x := range mse {
		out[i] = x * PerMSE
	}
	return out
}

// Frames returns the frames of video i.
func Frames(s *dataset.Dataset, i int) [][]uint8 {
	out := make([][]uint8, s.T)
	for t := range out {
		out[t] = s.Frame(i, t)
	}
	return out
}

// Times returns n times: 0, dt, 2dt, ...
func Times(n int, dt float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i) * dt
	}
	return out
}

// Number writes a number with a true minus sign.
func Number(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'g', 4, 64), "-", "−", 1)
}

// Capital begins a text with a capital letter.
func Capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// mistake returns an error that the caller can mend.
func mistake(format string, args ...any) error { return badinput.Errorf(format, args...) }
