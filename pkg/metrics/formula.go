package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Formula is a known form of a potential of one coordinate, fitted to a learned potential over the range of the
// data.
type Formula struct {
	Form         string        `json:"form"` // "harmonic", "cubic", "quartic", "cosine", "two cosines"; "none of these" if no form fits
	Text         string        `json:"text"` // the formula with its numbers
	Coefficients []Coefficient `json:"coefficients"`
	Unexplained  float64       `json:"unexplained"` // share of V's variance over the data that the form does not explain
	Others       []Alternative `json:"others"`      // all forms that were tried, the simplest first
}

// MarshalJSON writes unknown numbers as null.
func (f Formula) MarshalJSON() ([]byte, error) {
	type plain Formula
	return json.Marshal(struct {
		plain
		Unexplained *float64 `json:"unexplained"`
	}{plain(f), finite(f.Unexplained)})
}

// Coefficient is a number of a formula with its error.
type Coefficient struct {
	Name  string   `json:"name"`
	Value Estimate `json:"value"`
}

// Alternative is a form that was tried.
type Alternative struct {
	Form        string  `json:"form"`
	Unexplained float64 `json:"unexplained"`
}

// NoForm is the Form of a potential that has none of the known ones.
const NoForm = "none of these"

// At returns the formula's V at q, up to a constant, or NaN without a form.
func (f Formula) At(q float64) (v float64) {
	c := func(k int) float64 { return f.Coefficients[k].Value.Mean }
	n := len(f.Coefficients)
	switch f.Form {
	case "harmonic", "cubic", "quartic":
		x := q - c(n-1)
		v = c(0) / 2 * x * x
		for k := 1; k < n-1; k++ {
			v += c(k) * math.Pow(x, float64(k+2))
		}
	case "cosine", "two cosines":
		for k := 0; k < n; k += 2 {
			v -= c(k) * math.Cos(float64(k/2+1)*(q-c(k+1)))
		}
	default:
		return math.NaN()
	}
	return v
}

// The limits of Potential.
const (
	formulaFits   = 0.01 // a form that leaves a larger share of the variance does not fit
	formulaBetter = 5    // a longer form is taken if it leaves this many times less
	formulaExact  = 1e-4 // if less is left, no longer form is tried
	formulaGroups = 10   // number of groups for the errors
)

// form is a family of functions of one coordinate that are linear in their coefficients; the first coefficient is the
// constant's.
type form struct {
	name  string
	basis func(x float64) []float64
	// read converts coefficients to those that a physicist would name.
	read func(c []float64) (names []string, values []float64)
	text func(values []string) string
}

// Potential tries the forms of lineForms or circleForms in their order. On a line x is q minus its mean; on a circle it is q.
var (
	lineForms = []form{
		{"harmonic", powers(2), readPowers, textPowers},
		{"cubic", powers(3), readPowers, textPowers},
		{"quartic", powers(4), readPowers, textPowers},
	}
	circleForms = []form{
		{"cosine", harmonics(1), readHarmonics, textHarmonics},
		{"two cosines", harmonics(2), readHarmonics, textHarmonics},
	}
)

// Potential finds the form of a learned potential V(q), given the coordinate and the value at states of the data;
// group says which video a state is from. On a circle q is an angle. Forms are fitted by least squares, so that a
// region counts as often as it was visited. Potential takes the simplest form that leaves at most 1% of the variance
// of V, unless a longer one leaves a fifth of that; if none leaves so little, the answer is "none of these".
//
//	line     k/2 (q - c)²;   that and cubic, and quartic terms
//	circle   -a cos(q - φ);  that and a second harmonic
//
// Errors are 95% intervals by the jackknife over ten groups of videos: they tell how well the data determine the
// numbers, but not how much the training itself errs, for which several seeds are needed.
func Potential(q, v []float64, group []int, circle bool) Formula {
	forms := lineForms
	center := 0.0
	if circle {
		forms = circleForms
	} else {
		center = stat.Mean(q, nil)
	}
	x := make([]float64, len(q))
	for i := range q {
		x[i] = q[i] - center
	}
	var best Formula
	var chosen *form
	for i := range forms {
		c, left := fitForm(forms[i], x, v, nil)
		if c == nil {
			continue
		}
		best.Others = append(best.Others, Alternative{forms[i].name, left})
		if left <= formulaFits && (chosen == nil || best.Unexplained > formulaExact && left*formulaBetter < best.Unexplained) {
			chosen, best.Unexplained = &forms[i], left
		}
	}
	if chosen == nil {
		best.Form, best.Text, best.Unexplained = NoForm, NoForm, math.NaN()
		return best
	}
	best.Form = chosen.name
	value := func(skip func(i int) bool) ([]string, []float64) {
		c, _ := fitForm(*chosen, x, v, skip)
		if c == nil {
			return nil, nil
		}
		names, values := chosen.read(c)
		if !circle {
			values[len(values)-1] += center
		}
		return names, values
	}
	names, values := value(nil)
	spread := make([]float64, len(values))
	for g := range formulaGroups {
		_, without := value(func(i int) bool { return group[i]%formulaGroups == g })
		for k := range without {
			d := without[k] - values[k]
			spread[k] += d * d * (formulaGroups - 1) / formulaGroups
		}
	}
	var shown []string
	for k, name := range names {
		e := Estimate{Mean: values[k], Half: 2.26 * math.Sqrt(spread[k]), N: formulaGroups} // Student's t for nine degrees of freedom
		best.Coefficients = append(best.Coefficients, Coefficient{name, e})
		shown = append(shown, figure(e))
	}
	best.Text = chosen.text(shown)
	return best
}

// fitForm fits a form by least squares to the points that skip does not exclude, and returns the share of the
// variance that is left.
func fitForm(f form, x, v []float64, skip func(i int) bool) (coefficients []float64, left float64) {
	var rows, values []float64
	n := 0
	for i := range x {
		if skip == nil || !skip(i) {
			rows = append(rows, f.basis(x[i])...)
			values = append(values, v[i])
			n++
		}
	}
	if n == 0 || !(variance(values) > 0) {
		return nil, math.NaN()
	}
	columns := len(rows) / n
	if n <= columns {
		return nil, math.NaN()
	}
	var c mat.VecDense
	design, target := mat.NewDense(n, columns, rows), mat.NewVecDense(n, values)
	if err := c.SolveVec(design, target); err != nil {
		return nil, math.NaN()
	}
	var residual mat.VecDense
	residual.MulVec(design, &c)
	residual.SubVec(target, &residual)
	return c.RawVector().Data, mat.Dot(&residual, &residual) / (variance(values) * float64(n))
}

func powers(degree int) func(x float64) []float64 {
	return func(x float64) []float64 {
		out := []float64{1}
		for range degree {
			out = append(out, out[len(out)-1]*x)
		}
		return out
	}
}

func harmonics(n int) func(x float64) []float64 {
	return func(x float64) []float64 {
		out := []float64{1}
		for k := range n {
			out = append(out, math.Cos(float64(k+1)*x), math.Sin(float64(k+1)*x))
		}
		return out
	}
}

// readPowers moves a polynomial to its minimum near 0: the curvature there, the higher coefficients, and the place.
func readPowers(c []float64) (names []string, values []float64) {
	place := 0.0
	for range 20 { // Newton's method for V' = 0
		first, second := 0.0, 0.0
		for n := len(c) - 1; n >= 1; n-- {
			first = first*place + float64(n)*c[n]
		}
		for n := len(c) - 1; n >= 2; n-- {
			second = second*place + float64(n*(n-1))*c[n]
		}
		if second == 0 {
			break
		}
		place -= first / second
	}
	shifted := append([]float64(nil), c...) // Taylor coefficients at the minimum, by repeated division
	for k := range shifted {
		for n := len(shifted) - 2; n >= k; n-- {
			shifted[n] += place * shifted[n+1]
		}
	}
	names, values = []string{"k"}, []float64{2 * shifted[2]}
	for n := 3; n < len(c); n++ {
		names, values = append(names, fmt.Sprintf("c%d", n)), append(values, shifted[n])
	}
	return append(names, "q0"), append(values, place)
}

func textPowers(v []string) string {
	place := v[len(v)-1]
	var parts []string
	for n, c := range v[:len(v)-1] {
		switch n {
		case 0:
			parts = append(parts, fmt.Sprintf("½ (%s) (q − q0)²", c))
		default:
			parts = append(parts, fmt.Sprintf("(%s) (q − q0)^%d", c, n+2))
		}
	}
	return "V = " + strings.Join(parts, " + ") + ", q0 = " + place
}

// readHarmonics converts a cos + b sin to amplitude and phase: -A cos(q - φ), whose minimum is at φ, and a second one
// if there is.
func readHarmonics(c []float64) (names []string, values []float64) {
	for k := 1; k < len(c); k += 2 {
		n := float64((k + 1) / 2)
		names = append(names, fmt.Sprintf("a%d", int(n)), fmt.Sprintf("phi%d", int(n)))
		values = append(values, math.Hypot(c[k], c[k+1]), math.Atan2(-c[k+1], -c[k])/n)
	}
	return names, values
}

func textHarmonics(v []string) string {
	var parts []string
	for k := 0; k < len(v); k += 2 {
		times := ""
		if k > 0 {
			times = fmt.Sprint(k/2 + 1)
		}
		parts = append(parts, fmt.Sprintf("(%s) cos %s(q − (%s))", v[k], times, v[k+1]))
	}
	return "V = −" + strings.Join(parts, " − ")
}

// figure writes a value with the number of digits that its error justifies.
func figure(e Estimate) string {
	if finite(e.Half) == nil || e.Half <= 0 {
		return fmt.Sprintf("%.3g", e.Mean)
	}
	digits := max(0, int(math.Ceil(-math.Log10(e.Half)))+1)
	return fmt.Sprintf("%.*f ± %.*f", min(digits, 8), e.Mean, min(digits, 8), e.Half)
}
