import type { ListedLines } from './listing.js';

/** The main exchange-traded funds of the United States, by what they hold. */
export const US_FUNDS: ListedLines = {
  'Broad market': {
    ARCX: `
      SPY SPDR S&P 500 ETF
      VOO Vanguard S&P 500 ETF
      IVV iShares Core S&P 500 ETF
      VTI Vanguard Total Stock Market ETF
      DIA SPDR Dow Jones Industrial Average ETF
      IWM iShares Russell 2000 ETF
      VEA Vanguard FTSE Developed Markets ETF
      VWO Vanguard FTSE Emerging Markets ETF
      EEM iShares MSCI Emerging Markets ETF
      EWC iShares MSCI Canada ETF
      RSP Invesco S&P 500 Equal Weight ETF`,
    BATS: `
      EFA iShares MSCI EAFE ETF`,
  },
  Technology: {
    ARCX: `
      XLK Technology Select Sector SPDR
      VGT Vanguard Information Technology ETF`,
    XNAS: `
      QQQ Invesco QQQ (NASDAQ-100)
      SMH VanEck Semiconductor ETF
      SOXX iShares Semiconductor ETF`,
  },
  Financials: { ARCX: `XLF Financial Select Sector SPDR` },
  Energy: { ARCX: `XLE Energy Select Sector SPDR` },
  'Health Care': { ARCX: `XLV Health Care Select Sector SPDR`, XNAS: `IBB iShares Biotechnology ETF` },
  Industrials: { ARCX: `XLI Industrial Select Sector SPDR` },
  'Consumer Discretionary': { ARCX: `XLY Consumer Discretionary Select Sector SPDR` },
  'Consumer Staples': { ARCX: `XLP Consumer Staples Select Sector SPDR` },
  Utilities: { ARCX: `XLU Utilities Select Sector SPDR` },
  Materials: { ARCX: `XLB Materials Select Sector SPDR` },
  'Communication Services': { ARCX: `XLC Communication Services Select Sector SPDR` },
  'Real Estate': {
    ARCX: `
      XLRE Real Estate Select Sector SPDR
      VNQ Vanguard Real Estate ETF`,
  },
  Bonds: {
    ARCX: `
      AGG iShares Core U.S. Aggregate Bond ETF
      LQD iShares Investment Grade Corporate Bond ETF
      HYG iShares High Yield Corporate Bond ETF
      TIP iShares TIPS Bond ETF`,
    XNAS: `
      TLT iShares 20+ Year Treasury Bond ETF
      IEF iShares 7-10 Year Treasury Bond ETF
      SHY iShares 1-3 Year Treasury Bond ETF
      BND Vanguard Total Bond Market ETF`,
  },
  Commodities: {
    ARCX: `
      GLD SPDR Gold Shares
      SLV iShares Silver Trust
      USO United States Oil Fund`,
  },
};
