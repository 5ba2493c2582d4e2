package table

import "hgn.local/pkg/metrics"

// figure is a published pair, × 10⁴.
type figure struct{ train, test float64 }

// reference is a model of a publication, with the figures that were found, by system.
type reference struct {
	model, setting string
	mse            map[string]figure // Table 1; nil if the publication has no such row
	energy         map[string]figure // Table 2
}

// paperSystems and paperModels list the columns and rows of the paper's Table 1, in its order.
var (
	paperSystems = []string{"mass_spring", "pendulum", "two_body", "three_body"}
	paperModels  = []string{nameHNN, nameHNNConv, nameEuler, nameDeterministic, nameNoFPsi, nameLeapfrog}
)

// none stands for a row without any figure found.
var none = map[string]figure{}

const paperSetting, reScienceSetting = "paper, 64x64", "ReScience, 32x32"

// references come from Toth et al. (2020), Table 1, and Balsells Rodas, Canal Anton and Taschin (2021), ReScience C.
var references = []reference{
	{nameHNN, paperSetting, none, none},
	{nameHNNConv, paperSetting, none, none},
	{nameEuler, paperSetting, four(3.67, 6.2, 5.43, 10.93, 6.62, 15.06, 7.51, 9.4), none},
	{nameDeterministic, paperSetting, four(0.23, 3.07, 0.79, 10.68, 2.34, 14.47, 4.1, 5.17), none},
	{nameNoFPsi, paperSetting, none, none},
	{nameLeapfrog, paperSetting, four(3.84, 6.23, 4.9, 11.72, 6.36, 16.47, 7.88, 9.8), none},
	{nameLeapfrog, reScienceSetting + ", all frames in", four(7.11, 7.12, 14.89, 14.97, 3.36, 3.36, 8.81, 8.81), nil},
	{nameLeapfrog, reScienceSetting + ", 5 frames in", four(12.15, 12.21, 44.29, 44.12, 6.28, 6.33, 3.35, 3.35), nil},
}

// four assigns a row of pairs to the paper's systems.
func four(x ...float64) map[string]figure {
	figures := map[string]figure{}
	for i, s := range paperSystems {
		figures[s] = figure{x[2*i], x[2*i+1]}
	}
	return figures
}

const (
	referenceNote = "paper: Toth et al. 2020, Table 1, 64x64 pixels. ReScience: the reproduction by Balsells Rodas, Canal Anton and Taschin 2021, 32x32 pixels. " +
		"They draw their frames otherwise than we do, and than each other, so that figures are not comparable digit by digit: compare with the noise floor too."
	mseReferenceNote = "The paper's rows HNN, HNN-conv and no f_psi are empty because their figures were not found. " +
		"According to its author the paper infers the state at frame 5 of 34 and scores the last 30 frames."
)

// row arranges the reference's figures in the given columns.
func (r reference) row(figures map[string]figure, columns []column) Row {
	row := Row{Kind: KindReference, Model: r.model, Setting: r.setting, Cells: make([]*Cell, len(columns))}
	for i, c := range columns {
		if f, ok := figures[c.key]; ok {
			train, test := metrics.Only(f.train), metrics.Only(f.test)
			row.Cells[i] = &Cell{Train: &train, Test: &test}
		}
	}
	return row
}
