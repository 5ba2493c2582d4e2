package fakepjrt

import (
	"strings"

	"github.com/gomlx/compute"
)

// Missing names the operators of the program that another backend says it does not have, including any that this
// package does not know.
func (p Program) Missing(b compute.Backend) []string {
	has := b.Capabilities().Operations
	var missing []string
	for _, name := range p.Operators() {
		if structural[name] || b.Name() == goBackend && unlisted[name] {
			continue
		}
		types, known := operators[name]
		if !known {
			types = byName(name)
		}
		found := false
		for _, t := range types {
			found = found || has[t]
		}
		if !found {
			missing = append(missing, name)
		}
	}
	return missing
}

const goBackend = "Go Backend"

// unlisted operators exist in the Go backend, but not in its list of capabilities (compute v0.1.4).
var unlisted = map[string]bool{"atan2": true}

// structural operators come with the text of a program and have no counterpart.
var structural = map[string]bool{"constant": true, "return": true}

// byName finds the operator of GoMLX with StableHLO's name: "dot_general" is DotGeneral.
func byName(name string) []compute.OpType {
	t, err := compute.OpTypeString(strings.ReplaceAll(name, "_", ""))
	if err != nil {
		return nil
	}
	return []compute.OpType{t}
}

// operators maps StableHLO operators to GoMLX's operators of other names that become them. Any of these will do.
var operators = map[string][]compute.OpType{
	"and":                   {compute.OpTypeLogicalAnd, compute.OpTypeBitwiseAnd},
	"batch_norm_grad":       {compute.OpTypeBatchNormGradient},
	"batch_norm_inference":  {compute.OpTypeBatchNormForInference},
	"batch_norm_training":   {compute.OpTypeBatchNormForTraining},
	"bitcast_convert":       {compute.OpTypeBitcast},
	"compare":               {compute.OpTypeEqual},
	"convert":               {compute.OpTypeConvertDType},
	"convolution":           {compute.OpTypeConvGeneral},
	"cosine":                {compute.OpTypeCos},
	"count_leading_zeros":   {compute.OpTypeClz},
	"divide":                {compute.OpTypeDiv},
	"exponential":           {compute.OpTypeExp},
	"exponential_minus_one": {compute.OpTypeExpm1},
	"log_plus_one":          {compute.OpTypeLog1p},
	"maximum":               {compute.OpTypeMax},
	"minimum":               {compute.OpTypeMin},
	"multiply":              {compute.OpTypeMul},
	"negate":                {compute.OpTypeNeg},
	"not":                   {compute.OpTypeLogicalNot, compute.OpTypeBitwiseNot},
	"or":                    {compute.OpTypeLogicalOr, compute.OpTypeBitwiseOr},
	"popcnt":                {compute.OpTypeBitCount},
	"power":                 {compute.OpTypePow},
	"reduce":                {compute.OpTypeReduceSum},
	"remainder":             {compute.OpTypeRem},
	"round_nearest_even":    {compute.OpTypeRound},
	"round_nearest_afz":     {compute.OpTypeRound},
	"scatter":               {compute.OpTypeScatterSum},
	"select":                {compute.OpTypeWhere},
	"select_and_scatter":    {compute.OpTypeSelectAndScatterMax},
	"sine":                  {compute.OpTypeSin},
	"subtract":              {compute.OpTypeSub},
	"xor":                   {compute.OpTypeLogicalXor, compute.OpTypeBitwiseXor},
}
