package density

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// file writes a file and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const flowers = "\ufefflength, width,species,site\n1,2.5,setosa,3\n2, 3e0,setosa,20\n4,5,\"virginica, late\",3\n3,7,setosa,3\n"

// The columns of a table become coordinates and conditions as a selection says, by their names.
func TestTable(t *testing.T) {
	path := file(t, "flowers.csv", flowers)
	for _, c := range []struct {
		s          Selection
		names      string
		x, cond    []float64
		conditions []Condition
	}{
		{Selection{Columns: []string{"width", "length"}}, "width length", []float64{2.5, 1, 3, 2, 5, 4, 7, 3}, nil, nil},
		{Selection{Cond: []string{"species"}}, "length width site", []float64{1, 2.5, 3, 2, 3, 20, 4, 5, 3, 3, 7, 3}, []float64{1, 0, 1, 0, 0, 1, 1, 0}, []Condition{{"species", []string{"setosa", "virginica, late"}}}},
		{Selection{Columns: []string{"length"}, Cond: []string{"width", "class:site"}}, "length", []float64{1, 2, 4, 3}, []float64{2.5, 1, 0, 3, 0, 1, 5, 1, 0, 7, 1, 0}, []Condition{{Name: "width"}, {"site", []string{"3", "20"}}}},
	} {
		s, err := FromFile(path, c.s)
		if err != nil {
			t.Fatal(err)
		}
		conditions, cond := s.Conditions()
		if strings.Join(s.Names(), " ") != c.names || !slices.Equal(s.Points(), c.x) || !slices.Equal(cond, c.cond) {
			t.Errorf("%+v: columns %q, points %v, conditions %v", c.s, s.Names(), s.Points(), cond)
		}
		if !slices.EqualFunc(conditions, c.conditions, func(a, b Condition) bool { return a.Name == b.Name && slices.Equal(a.Classes, b.Classes) }) {
			t.Errorf("%+v: conditions %+v", c.s, conditions)
		}
		x, again, err := Points(path, s.Dim(), s.Names(), conditions)
		if err != nil || !slices.Equal(x, c.x) || !slices.Equal(again, c.cond) {
			t.Errorf("%+v: to be judged, the points are %v with %v (%v)", c.s, x, again, err)
		}
	}
	tabs := file(t, "flowers.tsv", strings.ReplaceAll("a,b\n1,2\n3,4\n", ",", "\t"))
	if s, err := FromFile(tabs, Selection{}); err != nil || !slices.Equal(s.Points(), []float64{1, 2, 3, 4}) {
		t.Errorf("of a table with tabs %v", err)
	}
}

// What a table cannot be learned from is refused by the column's name and the row, in one sentence.
func TestTableRefuses(t *testing.T) {
	of := func(text string, s Selection) error {
		_, err := FromFile(file(t, "t.csv", text), s)
		return err
	}
	choose := func(columns ...string) Selection { return Selection{Columns: columns} }
	given := func(cond ...string) Selection { return Selection{Cond: cond} }
	conditions := []Condition{{Name: "speed"}, {"kind", []string{"a", "b"}}}
	encode := func(values ...string) error { _, err := Encode(conditions, values); return err }
	_, _, unlike := Points(file(t, "t.csv", "speed,kind,x\n1,c,2\n"), 1, []string{"x"}, conditions)
	_, _, without := Points(file(t, "t.csv", "y,x\n1,2\n"), 1, []string{"x"}, conditions)
	for says, err := range map[string]error{
		`"mass" is missing in row 2`:                            of("mass,age\n1,2\n,3\n", choose()),
		`"age" is missing in row 1`:                             of("mass,age\n1,NA\n2,3\n", choose()),
		`"age" is missing in row 3`:                             of("mass,age\n1,2\n2,4\n3,nan\n", choose()),
		`"mass" is inf in row 2`:                                of("mass,age\n1,2\ninf,3\n", choose()),
		`"age" is 1e999 in row 1, which is not finite`:          of("mass,age\n1,1e999\n2,3\n", choose()),
		`"age" holds the text "old" in row 2`:                   of("mass,age\n1,2\n2,old\n", choose()),
		`column "age" is 2 in all 3 points`:                     of("mass,age\n1,2\n2,2\n3,2\n", choose()),
		"one point":                                             of("mass,age\n1,2\n", choose()),
		"no points":                                             of("mass,age\n", choose()),
		"is empty":                                              of("", choose()),
		"row 2 is not like the others":                          of("mass,age\n1,2\n3\n", choose()),
		"column 2 has no name":                                  of("mass,,age\n1,2,3\n", choose()),
		`two columns have the name "mass"`:                      of("mass,mass\n1,2\n", choose()),
		"the first row holds numbers":                           of("1,2\n3,4\n", choose()),
		"semicolons":                                            of("mass;age\n1;2\n", choose()),
		`no column "weight": it has mass, age`:                  of("mass,age\n1,2\n3,4\n", choose("weight")),
		`"mass" is named twice`:                                 of("mass,age\n1,2\n3,4\n", choose("mass", "mass")),
		`"age" cannot be a coordinate and a condition`:          of("mass,age\n1,2\n3,4\n", Selection{Columns: []string{"age"}, Cond: []string{"age"}}),
		"no column left":                                        of("age\n1\n3\n", given("age")),
		`condition "age" is 2 in every row`:                     of("mass,age\n1,2\n3,2\n", given("age")),
		`condition "kind" has the only class "a"`:               of("mass,kind\n1,a\n3,a\n", given("kind")),
		`class of the condition "kind" is missing in row 2`:     of("mass,kind\n1,a\n3,\n4,b\n", given("kind")),
		`holds the text "b" in row 2 and a number in row 1`:     of("mass,kind\n1,7\n3,b\n", given("kind")),
		"has 300 different labels":                              of("mass,kind\n"+labels(300), given("class:kind")),
		"give 2, of speed (a number), kind (one of a, b)":       encode("1"),
		`no class "c": choose one of a, b`:                      encode("1", "c"),
		`the condition speed is "fast": give a finite number`:   encode("fast", "a"),
		`row 1: the condition kind has no class "c"`:            unlike,
		"has no values of the condition: give speed (a number)": without,
		"has no columns to choose":                              second(Chosen("rings", choose("x"))),
		"there is no file":                                      second(Chosen(filepath.Join(t.TempDir(), "none.csv"), choose())),
	} {
		if err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

// labels returns n rows of a number and a label of its own.
func labels(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(labelOf(float64(i)) + "," + labelOf(float64(i)) + "\n")
	}
	return b.String()
}

// The array cond of an .npz file is a class where it holds integers or texts, and a number where it holds floats; --cond
// none leaves it out. Splitting keeps points and conditions together.
func TestConditionsOfArrays(t *testing.T) {
	const n = 200
	r := rand.New(rand.NewPCG(1, 2))
	x, whole, texts := make([]float64, 2*n), make([]int64, n), make([]string, n)
	for i := range n {
		whole[i], texts[i] = int64(i%3)-1, string(rune('a'+i%2))
		x[2*i], x[2*i+1] = float64(i%3)-1, r.NormFloat64()
	}
	for _, c := range []struct {
		name  string
		data  any
		shape []int
		names []string
		want  []Condition
	}{
		{"integers", whole, []int{n}, nil, []Condition{{"cond", []string{"-1", "0", "1"}}}},
		{"texts", texts, []int{n}, []string{"kind"}, []Condition{{"kind", []string{"a", "b"}}}},
		{"floats", x, []int{n, 2}, nil, []Condition{{Name: "cond0"}, {Name: "cond1"}}},
	} {
		path := filepath.Join(t.TempDir(), c.name+".npz")
		arrays := []npz.Array{{Name: "x", Shape: []int{n, 2}, Data: x}, {Name: "cond", Shape: c.shape, Data: c.data}, {Name: "names", Shape: []int{2}, Data: []string{"k", "v"}}, {Name: "shape", Shape: []int{2}, Data: []int64{2, 1}}}
		if c.names != nil {
			arrays = append(arrays, npz.Array{Name: "cond_names", Shape: []int{1}, Data: c.names})
		}
		if err := npz.Write(path, arrays...); err != nil {
			t.Fatal(err)
		}
		s, err := FromFile(path, Selection{})
		if err != nil {
			t.Fatal(err)
		}
		conditions, _ := s.Conditions()
		for i := range c.want {
			if len(conditions) != len(c.want) || conditions[i].Name != c.want[i].Name || !slices.Equal(conditions[i].Classes, c.want[i].Classes) {
				t.Fatalf("%s: conditions %+v, want %+v", c.name, conditions, c.want)
			}
		}
		if !slices.Equal(s.Names(), []string{"k", "v"}) || !slices.Equal(s.Shape(), []int{2, 1}) {
			t.Errorf("%s: names %q, shape %v", c.name, s.Names(), s.Shape())
		}
		without, err := FromFile(path, Selection{Cond: []string{"none"}})
		if err != nil || Width(without.conditions) != 0 || without.Dim() != 2 {
			t.Errorf("%s: without conditions %+v, %v", c.name, without.conditions, err)
		}
		if c.name != "integers" {
			continue
		}
		train, test, err := s.Split(r, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []*Samples{train, test} {
			conditions, cond := part.Conditions()
			for i := range part.Len() {
				if got := Decode(conditions, cond[3*i:3*i+3]); got[0] != labelOf(part.Points()[2*i]) {
					t.Fatalf("point %d has lost its condition: %q beside %v", i, got, part.Points()[2*i])
				}
			}
		}
	}
	bad := filepath.Join(t.TempDir(), "bad.npz")
	for says, arrays := range map[string][]npz.Array{
		"the array cond":             {{Name: "x", Shape: []int{2, 1}, Data: []float64{1, 2}}, {Name: "cond", Shape: []int{3}, Data: []float64{1, 2, 3}}},
		"the array names":            {{Name: "x", Shape: []int{2, 1}, Data: []float64{1, 2}}, {Name: "names", Shape: []int{2}, Data: []string{"a", "b"}}},
		`column "b" is NaN in row 2`: {{Name: "x", Shape: []int{2, 2}, Data: []float64{1, 2, 3, math.NaN()}}, {Name: "names", Shape: []int{2}, Data: []string{"a", "b"}}},
	} {
		if err := npz.Write(bad, arrays...); err != nil {
			t.Fatal(err)
		}
		if _, err := FromFile(bad, Selection{}); err == nil || !badinput.Is(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

// Values on a grid are remarked upon, by the column's name, and others are not.
func TestRemark(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	x := make([]float64, 0, 400)
	for i := range 200 {
		x = append(x, r.NormFloat64(), float64(i%20))
	}
	s, err := newSamples("x", x, 2, []string{"height", "age"})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Remark(); !strings.Contains(got, `column "age" (20 values in 200 points)`) || strings.Contains(got, "height") {
		t.Errorf("the remark is %q", got)
	}
	few, err := FromSamples("few", x[:40], 2)
	if err != nil || few.Remark() != "" {
		t.Errorf("of 20 points: %q, %v", few.Remark(), err)
	}
}
